// Data table: secrets in documents that stand as text in something else: YAML, XML, password files, URLs.
import type { TextRule } from './rules.ts';

const NAME =
  '(?:password|passwd|passphrase|secret|token|private[-_]?key|api[-_]?key|access[-_]?key|secret[-_]?key|account[-_]?key)';
const HEADER =
  '(?:authorization|cookie|api[-_]?key|token|secret|passw(?:or)?d|credentials?|session|jwt|auth)';
const NAME_HINTS = ['passw', 'passph', 'secret', 'token', 'key'];
const HEADER_HINTS = [...NAME_HINTS, 'auth', 'cookie', 'credential', 'session', 'jwt'];

/** A word that nobody says: letters and digits, and not short. */
function isRandom(secret: string): boolean {
  return secret.length >= 8 && /\d/.test(secret) && /[A-Za-z]/.test(secret);
}

function isPrivateKey(base64: string): boolean {
  return Buffer.from(base64.replace(/\s/g, ''), 'base64').toString('latin1').includes('PRIVATE KEY');
}

/** Applied before the rules for single lines, in this order. */
export const DOCUMENT_RULES: readonly TextRule[] = [
  {
    id: 'encoded',
    hints: ['ls0tls1crudjti'],
    // Base64 in YAML goes on over several lines.
    pattern:
      /(?<head>)(?<secret>LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2}(?:\n[ \t]*[A-Za-z0-9+/]{16,}={0,2})+(?:\n[ \t]*[A-Za-z0-9+/]{2,}={1,2})?)/g,
    accepts: isPrivateKey,
  },
  {
    id: 'named-value',
    hints: HEADER_HINTS,
    pattern: new RegExp(
      `(?<head>^[ \\t]*(?:- )?[ \\t]*(?:name|key|header)[ \\t]*:[ \\t]*["']?[\\w.-]{0,60}?${HEADER}["']?[ \\t]*\\n[ \\t]*value[ \\t]*:[ \\t]*["']?)(?<secret>[^\\s"'{|>&*\\[][^\\n"']*)`,
      'gim',
    ),
  },
  {
    id: 'named-value',
    hints: HEADER_HINTS,
    pattern: new RegExp(
      `(?<head>^[ \\t]*(?:- )?[ \\t]*value[ \\t]*:[ \\t]*["']?)(?<secret>[^\\s"'{|>&*\\[][^\\n"']*)(?=["']?[ \\t]*\\n[ \\t]*(?:name|key|header)[ \\t]*:[ \\t]*["']?[\\w.-]{0,60}?${HEADER}["']?[ \\t]*$)`,
      'gim',
    ),
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    pattern: new RegExp(
      `(?<head>^(?<indent>[ \\t]*)(?:- )?["']?[\\w.-]{0,60}?${NAME}["']?[ \\t]*:[ \\t]*\\n)(?<secret>\\k<indent>[ \\t]+[^\\s:#{}\\[\\]|>&*!-][^\\n:]*(?:\\n|$))`,
      'gim',
    ),
  },
  {
    id: 'named-value',
    hints: ['passw', 'token', 'keys'],
    pattern:
      /(?<head>^[ \t]*["']?[\w.-]{0,60}?(?:passwords|tokens|api[-_]?keys|access[-_]?keys)["']?[ \t]*:[ \t]*\n)(?<secret>(?:[ \t]*- [^\n:]+(?:\n|$))+)/gim,
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    // One of several members in one line.
    pattern: new RegExp(
      `(?<head>[{,][ \\t]*["']?[\\w.-]{0,60}?${NAME}["']?[ \\t]*:[ \\t]+["']?)(?<secret>[^\\s"',{}\\[\\]]{3,})`,
      'gi',
    ),
    accepts: (secret) => !/^(?:true|false|null|none|\d{1,6}|string|number|\$.*|<.*|%.*|\/.*)$/i.test(secret),
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    pattern: new RegExp(
      `(?<head><[\\w:.-]{0,60}?${NAME}(?:\\s[^<>]{0,200})?>\\s*)(?<secret>[^<>\\s][^<>]*)(?=</)`,
      'gi',
    ),
  },
  {
    id: 'named-value',
    hints: NAME_HINTS,
    pattern: new RegExp(
      `(?<head>(?:key|name)\\s*=\\s*["'][\\w:.-]{0,60}?${NAME}["']\\s+value\\s*=\\s*["'])(?<secret>[^"']+)`,
      'gi',
    ),
  },
  {
    id: 'named-value',
    hints: ['pwd'],
    pattern: /(?<head>(?:^|[;\s"'])(?:pwd|uid_pwd)[ \t]*=[ \t]*)(?<secret>[^;\s"'/$][^;\s"']{2,})/gim,
  },
  {
    id: 'named-value',
    hints: ['machine'],
    pattern: /(?<head>\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+)(?<secret>\S+)/gi,
  },
  {
    id: 'named-value',
    hints: ['passw', 'passph'],
    pattern: /(?<head>(?<![\w.-])(?:password|passwd|passphrase)[ \t]+["']?)(?<secret>[^\s"',;:=]{8,})/gi,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: [':5432:', ':5433:', ':6432:', ':*:'],
    // host:port:database:user:password
    pattern:
      /(?<head>^[\w.*-]{1,200}:(?:5432|5433|6432|\*):[\w.*-]{1,80}:[\w.*-]{1,80}:)(?<secret>[^\s:]{3,200})$/gm,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: ['$2', '$apr1$', '$1$', '$5$', '$6$', '$argon2', '{sha', '{ssha'],
    // Hashes of passwords, as in htpasswd and shadow.
    pattern:
      /(?<head>)(?<secret>\$(?:2[aby]\$\d\d|apr1|argon2id?|[156])\$[\w./$=,+-]{10,}|\{S?SHA\d{0,3}\}[A-Za-z0-9+/=]{10,})/g,
  },
  {
    id: 'named-value',
    hints: ['%3d', '%3a'],
    pattern: new RegExp(
      `(?<head>(?<![\\w.-])[\\w.-]{0,60}?${NAME}(?:%3D|%22%3A(?:%20)?%22))(?<secret>[^\\s"'&;,%]{3,})`,
      'gi',
    ),
  },
  {
    id: 'named-value',
    hints: ['signature=', 'security-token=', 'code='],
    pattern:
      /(?<head>[?&;,][ ]?(?:x-amz-signature|x-goog-signature|x-amz-security-token|signature|code)=)(?<secret>[^\s"'&;,]{10,})/gi,
  },
  {
    id: 'named-value',
    hints: ['jdbc:oracle'],
    pattern: /(?<head>jdbc:oracle:[a-z]{1,10}:[^\s/:@]{1,80}\/)(?<secret>[^\s@"']{1,200})(?=@)/gi,
  },
  {
    id: 'named-value',
    hints: ['@tcp(', '@unix('],
    pattern: /(?<head>(?<![\w:/])[\w.-]{1,80}:)(?<secret>[^\s:@/"']{1,200})(?=@(?:tcp|unix)\()/g,
  },
  {
    id: 'named-value',
    hints: ['://'],
    // A token in the place of the user.
    pattern: /(?<head>https?:\/\/)(?<secret>[^\s/:@"'?#]{16,300})(?=@[\w.-])/g,
    accepts: isRandom,
  },
  {
    id: 'cloud-key',
    hints: ['hooks.slack.com', '/api/webhooks/', 'webhook.office'],
    pattern:
      /(?<head>(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/(?:[\w-]{1,40}\/){1,3}|discord(?:app)?\.com\/api\/webhooks\/\d{5,30}\/))(?<secret>[\w-]{16,})/g,
  },
];

/** Private keys without PEM around them: RSA, elliptic curves, Ed25519. */
export const DER_RULE: TextRule = {
  id: 'private-key',
  hints: ['ibadanbgkqhkig9w0baqefaas', 'ibaakc', 'mhccaqeei', 'gbyqgsm49', 'mc4caqawbqydk2vw'],
  pattern:
    /(?<head>(?<![A-Za-z0-9+/]))(?<secret>(?:MII[A-Za-z0-9+/]{1,3}IBA(?:DANBgkqhkiG9w0BAQEFAAS|AKC)|MHcCAQEEI|MIG[A-Za-z0-9]AgEAM[A-Za-z0-9]{2}GByqGSM49|MC4CAQAwBQYDK2Vw)[A-Za-z0-9+/\s]{20,}={0,2})/g,
};
