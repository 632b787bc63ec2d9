// Data table: secrets in documents that stand as text in something else: YAML, XML, password files, URLs.
import { canBeSecret, SECRET_NAME_END, SECRET_NAME_HINT } from '../../util/secret-names.ts';
import { isRandom } from './accepts.ts';
import type { TextRule } from './rules.ts';

const HEADER = `(?:authorization|cookie|session|jwt|auth|${SECRET_NAME_END})`;
const HEADER_HINTS = [SECRET_NAME_HINT, /authorization|cookie|session|jwt|auth(?![a-z])/i];

function isPrivateKey(base64: string): boolean {
  return Buffer.from(base64.replace(/\s/g, ''), 'base64').toString('latin1').includes('PRIVATE KEY');
}

/** Applied before the rules for single lines, in this order. */
export const DOCUMENT_RULES: readonly TextRule[] = [
  {
    id: 'encoded',
    hints: [/ls0tls1crudjti/i],
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
    hints: [SECRET_NAME_HINT],
    // One of several members in one line.
    pattern: new RegExp(
      `(?<head>[{,][ \\t]*["']?[\\w.-]{0,60}?${SECRET_NAME_END}["']?[ \\t]*:[ \\t]+["']?)(?<secret>[^\\s"',{}\\[\\]]{3,})`,
      'gi',
    ),
    accepts: canBeSecret,
  },
  {
    id: 'named-value',
    hints: [SECRET_NAME_HINT],
    pattern: new RegExp(
      `(?<head><[\\w:.-]{0,60}?${SECRET_NAME_END}(?:\\s[^<>]{0,200})?>\\s*(?:<!\\[CDATA\\[)?)(?<secret>[^<>\\s][^<>\\]]*)(?=\\]\\]>|</)`,
      'gi',
    ),
  },
  {
    id: 'named-value',
    hints: [SECRET_NAME_HINT],
    pattern: new RegExp(
      `(?<head>(?:key|name)\\s*=\\s*["'][\\w:.-]{0,60}?${SECRET_NAME_END}["']\\s+value\\s*=\\s*["'])(?<secret>[^"']+)`,
      'gi',
    ),
  },
  {
    id: 'named-value',
    hints: [/machine/i],
    pattern: /(?<head>\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+)(?<secret>\S+)/gi,
  },
  {
    id: 'named-value',
    hints: [/passw|passph/i],
    pattern: /(?<head>(?<![\w.-])(?:password|passwd|passphrase)[ \t]+["']?)(?<secret>[^\s"',;:=]{8,})/gi,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: [/:5432:|:5433:|:6432:|:\*:/i],
    // host:port:database:user:password
    pattern:
      /(?<head>^[\w.*-]{1,200}:(?:5432|5433|6432|\*):[\w.*-]{1,80}:[\w.*-]{1,80}:)(?<secret>[^\s:]{3,200})$/gm,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: [/\$2|\$apr1\$|\$1\$|\$5\$|\$6\$|\$argon2|\{sha|\{ssha/i],
    // Hashes of passwords, as in htpasswd and shadow.
    pattern:
      /(?<head>)(?<secret>\$(?:2[aby]\$\d\d|apr1|argon2id?|[156])\$[\w./$=,+-]{10,}|\{S?SHA\d{0,3}\}[A-Za-z0-9+/=]{10,})/g,
  },
  {
    id: 'named-value',
    hints: [/pbkdf2|scrypt/i],
    pattern:
      /(?<head>\b(?:pbkdf2[\w-]{0,20}|b?scrypt[\w-]{0,20})[$:][\w=,:$-]{0,60}[$:])(?<secret>[A-Za-z0-9+/=.-]{16,})/gi,
  },
  {
    id: 'named-value',
    hints: [/identified|passw/i],
    // SQL
    pattern:
      /(?<head>\b(?:identified(?:[ ]+with[ ]+\w{1,40})?[ ]+(?:by|as)(?:[ ]+password)?|password)[ ]+')(?<secret>(?:''|\\.|[^'\n])+)(?=')/gi,
  },
  {
    id: 'named-value',
    hints: [/userpassword::/i],
    pattern: /(?<head>^userPassword::[ ]*)(?<secret>[A-Za-z0-9+/=]{4,})/gim,
  },
  {
    id: 'private-key',
    hints: [/rsakeyvalue|rsaparameters/i],
    // Private members of a key in XML.
    pattern:
      /(?<head><(?:D|P|Q|DP|DQ|InverseQ)>)(?<secret>[A-Za-z0-9+/=\s]{8,})(?=<\/(?:D|P|Q|DP|DQ|InverseQ)>)/g,
  },
  {
    id: 'private-key',
    hints: [/kty/i],
    // A JSON Web Key in YAML.
    pattern: /(?<head>^[ \t]*(?:- )?["']?(?:d|p|q|dp|dq|qi|k)["']?[ \t]*:[ \t]+["']?)(?<secret>[\w-]{16,})/gm,
  },
  {
    id: 'named-value',
    hints: HEADER_HINTS,
    // A name and its value side by side, in JSON or in YAML in one line.
    pattern: new RegExp(
      `(?<head>\\b(?:parameter)?(?:name|key|header)["']?\\s*:\\s*["']?[\\w.-]{0,60}?${HEADER}["']?\\s*,\\s*["']?(?:parameter)?value["']?\\s*:\\s*["']?)(?<secret>[^\\s"',{}\\[\\]][^"',{}\\[\\]\\n]*)`,
      'gi',
    ),
    accepts: canBeSecret,
  },
  {
    id: 'named-value',
    hints: [/(?:service|routing|integration|certificate)[-_]?key/i],
    // Keys that are secret in some programs, and ordinary words in others.
    pattern:
      /(?<head>(?:service|routing|integration|certificate)[-_]?key["']?[ \t]*[:=][ \t]*["']?)(?<secret>[A-Za-z0-9+_-]{20,})/gi,
    accepts: isRandom,
  },
  {
    id: 'header',
    hints: HEADER_HINTS,
    pattern: new RegExp(
      `(?<head>\\b(?:proxy_set_header|add_header|header_up|(?:http-request[ ]+)?set-header|RequestHeader[ ]+set)[ ]+["']?[\\w-]{0,60}?${HEADER}["']?[ ]+)(?<secret>"[^"\\n]+"|'[^'\\n]+'|[^\\s"';]+)`,
      'gi',
    ),
    accepts: (secret) => !/^["']?[$%]/.test(secret) && !/\[redacted/.test(secret),
  },
  {
    id: 'private-key',
    hints: [/private-lines:/i],
    // PuTTY
    pattern: /(?<head>^Private-Lines:[ ]*\d{1,4}\r?\n)(?<secret>(?:[A-Za-z0-9+/=]{1,64}\r?\n)+)/gm,
  },
];

/** Private keys without PEM around them: RSA, elliptic curves, Ed25519; and stores of keys. */
export const DER_RULE: TextRule = {
  id: 'private-key',
  hints: [/ibadanbgkqhkig9w0baqefaas|ibaakc|mhccaqeei|gbyqgsm49|mc4caqawbqydk2vw|ibazc|\/u3\+7qaaaai/i],
  pattern:
    /(?<head>(?<![A-Za-z0-9+/]))(?<secret>(?:MII[A-Za-z0-9+/]{1,3}IBA(?:DANBgkqhkiG9w0BAQEFAAS|AKC)|MHcCAQEEI|MIG[A-Za-z0-9]AgEAM[A-Za-z0-9]{2}GByqGSM49|MC4CAQAwBQYDK2Vw|MII[A-Za-z0-9+/]{2}[AQgw]IBAzC|\/u3\+7QAAAAI)[A-Za-z0-9+/\s]{20,}={0,2})/g,
};
