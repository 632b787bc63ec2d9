// Data table: what is taken out of a recording.
import { canBeSecret, SECRET_NAME_HINT } from '../../util/secret-names.ts';
import { decodes } from './accepts.ts';

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
  encoded: 'any of these in base64, also where it is packed',
  'own-pattern': 'what matches a pattern of the configuration file',
};

/** A form of secrets in free text. The named group `secret` is hidden, `head` stays. */
export interface TextRule {
  readonly id: RuleId;
  /** One of these matches wherever the pattern does, and is cheaper. They do not care about letter case. */
  readonly hints: readonly RegExp[];
  readonly pattern: RegExp;
  /** Where the pattern alone does not decide. */
  readonly accepts?: ((secret: string) => boolean) | undefined;
}

const HEADER_NAME =
  '(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:[\\w-]{0,40}-)?(?:token|secret|key)|[\\w-]{0,40}(?:api-?key|private-token|subscription-key))';
const HEADER_HINTS = [SECRET_NAME_HINT, /authorization|cookie|-key/i];
const SCHEME = '(?:(?:bearer|basic|digest|token)\\s+)?';

/** Headers, in quotes and without. */
export const HEADER_RULES: readonly TextRule[] = [
  {
    id: 'header',
    hints: HEADER_HINTS,
    pattern: new RegExp(
      `(?<head>["']${HEADER_NAME}["']\\]?\\s*[:,=]\\s*["']${SCHEME})(?<secret>[^"'\\n]{3,})(?=["'](?!\\s*:))`,
      'gi',
    ),
    accepts: canBeSecret,
  },
  {
    id: 'header',
    hints: HEADER_HINTS,
    pattern:
      /(?<head>(?<![\w"'-])(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:[\w-]{0,40}-)?(?:token|secret|key))\s*[:=]\s*(?:(?:bearer|basic|digest|token)\s+)?)(?<secret>[^\s"'{[<%](?:=\\?"[^"\n]*"|[^"'\n]){2,})/gi,
    accepts: canBeSecret,
  },
  {
    id: 'named-value',
    hints: [/"auth"/i],
    // The login of a container registry: base64 of user:password.
    pattern: /(?<head>"auth"\s*:\s*")(?<secret>[A-Za-z0-9+/]{6,}={0,2})(?=")/g,
    accepts: (secret) => decodes(secret, /^[\x21-\x7e]+:[\x20-\x7e]+$/),
  },
  {
    id: 'encoded',
    hints: [/ls0tls1crudjti/i],
    pattern: /(?<head>)(?<secret>LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2})/g,
    accepts: (secret) => decodes(secret, /PRIVATE KEY/),
  },
  {
    id: 'encoded',
    hints: [/zxlk/i],
    pattern: /(?<head>(?<![A-Za-z0-9+/]))(?<secret>ZXlK[A-Za-z0-9+/]{30,}={0,2})/g,
    accepts: (secret) => decodes(secret, /^ey[JA][\w-]+\.[\w-]+\./),
  },
];
