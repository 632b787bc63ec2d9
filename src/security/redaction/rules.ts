// Data table: what is taken out of a recording.
/** What a rule hides, as `snapshot.json` and `bug-report scan` name it. */
export type RuleId =
  | 'secret-data'
  | 'private-key'
  | 'token'
  | 'header'
  | 'named-value'
  | 'cloud-key'
  | 'command-argument'
  | 'encoded'
  | 'own-pattern';

/** The rules by name, with what each hides. They apply to every file and every log line, by structure before pattern. */
export const RULES: Readonly<Record<RuleId, string>> = {
  'secret-data': 'values of Secrets, but for certificates',
  'private-key': 'private keys in PEM; the fingerprint of the public key takes their place',
  token: 'JSON Web Tokens, and what follows Bearer and Basic',
  header: 'Authorization, Cookie and API key headers',
  'named-value':
    'what stands under a name such as password, token or client_secret: fields, variables, settings, URL parameters',
  'cloud-key': 'keys of cloud and code hosting services, by their form',
  'command-argument': 'the argument behind one such as --password',
  encoded: 'any of these in base64',
  'own-pattern': 'what matches a pattern of the configuration file',
};

/** A form of secrets in free text. The named group `secret` is hidden, `head` stays. */
export interface TextRule {
  readonly id: RuleId;
  /** The text holds one of these (in lower case) wherever the pattern matches: cheaper than the pattern. */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
  /** Where the pattern alone does not decide. */
  readonly accepts?: (secret: string) => boolean;
}

const NAME =
  '(?:password|passwd|passphrase|secret|token|private[-_]?key|api[-_]?key|access[-_]?key|secret[-_]?key|account[-_]?key|client-key-data|credentials?)';
const NAME_HINTS = ['passw', 'passph', 'secret', 'token', 'key', 'credential'];

/** `true`, `3600`, `null`, `<nil>`, `{{ template }}`, `$(VARIABLE)`, `/path`: words that are no secret. */
function isNoWord(secret: string): boolean {
  return !/^(?:true|false|null|none|nil|~|yes|no|on|off|trace|debug|info|warn|warning|error|critical|fatal|\d{1,6}(?:ms|s|m|h)?|<.*>?|\{\{.*|\$[({].*|%.*|\/.*|\[.*)$/i.test(
    secret.trim(),
  );
}

function decodes(base64: string, to: RegExp): boolean {
  return to.test(Buffer.from(base64, 'base64').toString('latin1'));
}

/** Applied in this order, after what `hideInValue` of src/util finds. */
export const TEXT_RULES: readonly TextRule[] = [
  {
    id: 'header',
    hints: ['authorization', 'cookie', '-token', '-secret', '-key'],
    pattern:
      /(?<head>["'](?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:[\w-]{0,40}-)?(?:token|secret|key))["']\s*[:,]\s*["'](?:(?:bearer|basic|digest|token)\s+)?)(?<secret>[^"'\n]{3,})/gi,
    accepts: isNoWord,
  },
  {
    id: 'header',
    hints: ['authorization', 'cookie', '-token', '-secret', '-key'],
    pattern:
      /(?<head>(?<![\w"'-])(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:[\w-]{0,40}-)?(?:token|secret|key))\s*[:=]\s*(?:(?:bearer|basic|digest|token)\s+)?)(?<secret>[^\s"'{[<%][^"'\n]{2,})/gi,
    accepts: isNoWord,
  },
  {
    id: 'named-value',
    hints: ['"auth"'],
    // The login of a container registry: base64 of user:password.
    pattern: /(?<head>"auth"\s*:\s*")(?<secret>[A-Za-z0-9+/]{6,}={0,2})(?=")/g,
    accepts: (secret) => decodes(secret, /^[\x21-\x7e]+:[\x20-\x7e]+$/),
  },
  {
    id: 'cloud-key',
    hints: [
      ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'xox', 'aiza'],
      ...[
        'k_live_',
        'k_test_',
        'npm_',
        'ya29.',
        'hvs.',
        'hvb.',
        'whsec_',
        'sg.',
        'sk-',
        'pypi-',
        'dckr_pat_',
      ],
      ...['glsa_', 'shp', 'dop_v1_', 'age-secret-key-', 'dapi'],
    ],
    pattern:
      /(?<head>(?<![A-Za-z0-9]))(?<secret>gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeposr]-[\w-]{10,}|xapp-[\w-]{10,}|AIza[\w-]{30,}|[rs]k_(?:live|test)_\w{16,}|npm_[A-Za-z0-9]{30,}|ya29\.[\w-]{20,}|hv[sb]\.[\w-]{20,}|whsec_\w{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|sk-(?:proj|ant|svcacct|admin)-[\w-]{16,}|sk-[A-Za-z0-9]{40,}|pypi-[\w-]{16,}|dckr_[op]at_[\w-]{16,}|glsa_\w{16,}|shp(?:at|ca|pa|ss)_\w{16,}|do[opr]_v1_\w{16,}|AGE-SECRET-KEY-1[A-Za-z0-9]{16,}|dapi[0-9a-f]{32})/g,
  },
  {
    id: 'encoded',
    hints: ['ls0tls1crudjti'],
    pattern: /(?<head>)(?<secret>LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2})/g,
    accepts: (secret) => decodes(secret, /PRIVATE KEY/),
  },
  {
    id: 'encoded',
    hints: ['zxlk'],
    pattern: /(?<head>(?<![A-Za-z0-9+/]))(?<secret>ZXlK[A-Za-z0-9+/]{30,}={0,2})/g,
    accepts: (secret) => decodes(secret, /^ey[JA][\w-]+\.[\w-]+\./),
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    pattern: new RegExp(
      `(?<head>^(?<indent>[ \\t]*)(?:- )?["']?[\\w.-]{0,60}?${NAME}["']?[ \\t]*:[ \\t]*[|>][-+\\d]*[ \\t]*\\n)(?<secret>(?:\\k<indent>[ \\t]+[^\\n]+(?:\\n|$))+)`,
      'gim',
    ),
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    pattern: new RegExp(
      `(?<head>^[ \\t]*(?:- )?["']?[\\w.-]{0,60}?${NAME}["']?[ \\t]*:[ \\t]+["']?)(?<secret>[^\\s"'#{}[\\]|>&*!,][^\\n"']*)`,
      'gim',
    ),
    accepts: isNoWord,
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    pattern: new RegExp(
      `(?<head>(?<![\\w.-])[\\w.-]{0,60}?${NAME}[ \\t]*:?=[ \\t]*["']?)(?<secret>[^\\s"'&;,=]{3,})`,
      'gi',
    ),
    accepts: isNoWord,
  },
  {
    id: 'command-argument',
    hints: ['passw', 'passph', 'secret', 'token', 'api-key'],
    pattern:
      /(?<head>(?<![\w-])--?[\w-]{0,40}?(?:password|passwd|passphrase|secret|token|api-key|secret-key)[ ]+["']?)(?<secret>[^\s"'-][^\s"']{2,})/gi,
    accepts: isNoWord,
  },
];

/** An argument of a command that names a secret in the argument behind it. */
export const SECRET_ARGUMENT = /^--?[\w-]*(?:password|passwd|passphrase|secret|token|api-key|secret-key)$/i;
