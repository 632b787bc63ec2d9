/** What stands in the place of a secret, as Envoy itself writes it into its dumps. */
export const REDACTED = '[redacted]';

/** Gives what is printed in the place of a secret. */
export type Hide = (secret: string) => string;

const hideAll: Hide = () => REDACTED;

/** Only a text with one of these can hold a secret that has a form of its own. */
export const SECRET_HINT =
  /ey[JA]|ewog|bearer|basic|:\/\/[^\s/]*@|kty|private key|static key|secret|passw|passph|token|(?:api|private|access)[-_ ]?key|sig(?:nature)?=/i;

/** Base64 of `-----BEGIN` and of the `{"` of a JSON Web Token in base64 once more. */
const ENCODED = /^(?:LS0tLS1CRUdJTi|ZXlK)[A-Za-z0-9+/=\s]+$/;

/** The first line of a private key as text, also that of SSH2 and of OpenVPN. */
export const PEM_BEGIN =
  '-{4,5}[ ]?BEGIN [A-Za-z0-9 ]{0,40}(?:PRIVATE KEY|Static key V1)(?: BLOCK)?[ ]?-{4,5}';
export const PEM_END = '-{4,5}[ ]?END [A-Za-z0-9 ]{0,60}-{4,5}';
const PEM = new RegExp(`${PEM_BEGIN}(?:(?!-{4})[\\s\\S])*${PEM_END}`, 'g');
const PEM_CUT_OFF = new RegExp(`${PEM_BEGIN}[\\s\\S]*`, 'g');
const PEM_CUT_OFF_LINE = new RegExp(`${PEM_BEGIN}[^"\\n]*`, 'g');

/**
 * A JSON Web Token: signed (three parts), encrypted (five), or without the rest of it (two). It begins a word, or follows
 * an escape.
 */
const JWT =
  /(?<=^|[^\w-]|%[0-9A-Fa-f]{2}|\\[nrt])(?:(?:ey[JA]|ewog)[\w-]{6,}\.[\w-]{2,}\.[\w-]*(?:\.[\w-]*\.[\w-]*)?|ey[JA][\w-]{10,}={0,2}\.ey[JA][\w-]{6,}={0,2}(?:\.[\w-]*)*)/g;
const BEARER =
  /\b(bearer(?:\s|%20)+)(?!(?:auth\w*|tokens?|credentials?|scheme|realm|error)\b)([\w.~+/=-]{6,})/gi;
const BASIC = /\b(basic(?:\s|%20)+)([A-Za-z0-9+/_-]{4,}={0,2})/gi;
/** A character of a password in an address: `%40` stands for one, `%REQ(` for none. */
const LOGIN_CHAR = `(?:[^\\s/@"'?#%]|%[0-9A-Fa-f]{2})`;
const USER_INFO = new RegExp(
  `(://[^\\s/:@"'?#]{0,100}:)(${LOGIN_CHAR}{1,300}(?:@${LOGIN_CHAR}{1,300}){0,3})(?=@)`,
  'g',
);

const SECRET_NAME = '[\\w-]*(?:secret|password|passwd|passphrase|private_?key|api[-_]?key|access_?key|token)';
const MEMBER = new RegExp(`("${SECRET_NAME}"\\s*:\\s*")((?:\\\\.|[^"\\\\])+)`, 'gi');
/** In JSON that stands as a text in JSON: the value ends where the quote is escaped as it was before it. */
const ESCAPED_MEMBER = new RegExp(
  `(\\\\{1,8}"${SECRET_NAME}\\\\{1,8}"\\s*:\\s*(\\\\{1,8}"))([^\\n]{1,4000}?)(?=(?<!\\\\)\\2)`,
  'gi',
);
const ASSIGNMENT = new RegExp(
  `((?:^|[?&;,\\s{(["'])(?:${SECRET_NAME}|sig|signature)=)((?:[^&\\s"';,%]|,(?!\\s|[\\w.-]{1,60}=)|%[0-9A-F]{2})+)`,
  'gi',
);
/** The private members of a JSON Web Key. Source: RFC 7518, section 6. */
const KEY_MEMBER = /(\\{0,8}"(?:d|p|q|dp|dq|qi|k|r|t)\\{0,8}"\s*:\s*\\{0,8}")([\w+/=-]+)/g;

/**
 * One text value without the secrets in it that have a form of their own: private keys in PEM, JSON Web Tokens, what
 * follows `Bearer` and `Basic`, private members of JSON Web Keys, passwords in URLs, JSON and `name=value` texts; also
 * where the whole value is base64 of such a text. A text without any is returned as it is.
 */
export function hideInValue(text: string, hide: Hide = hideAll): string {
  if (ENCODED.test(text)) return hideInBase64(text) === text ? text : hide(text);
  if (!SECRET_HINT.test(text)) return text;
  let clean = hideForms(text.replace(PEM, hide).replace(PEM_CUT_OFF, hide), hide);
  if (clean.includes('kty')) clean = clean.replace(KEY_MEMBER, (_, head, key) => head + kept(key, hide));
  if (clean.includes('"')) {
    clean = clean.replace(MEMBER, (_, head, value) => head + kept(value, hide));
    clean = clean.replace(ESCAPED_MEMBER, (_, head, __, value) => head + kept(value, hide));
  }
  return clean.includes('=')
    ? clean.replace(ASSIGNMENT, (_, head, value) => head + kept(value, hide))
    : clean;
}

/** As `hideInValue` for base64: text in, text out. What encodes no such secret is returned as it is. */
export function hideInBase64(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  const clean = hideInValue(text);
  return clean === text ? base64 : Buffer.from(clean, 'latin1').toString('base64');
}

/** What a text with a secret in one of those forms holds; cheaper to look for than a pattern, for tables are long. */
const TEXT_HINTS = [
  'PRIVATE KEY',
  'Static key',
  'eyJ',
  'eyA',
  'ewog',
  'earer',
  'BEARER',
  'asic',
  'BASIC',
  '://',
] as const;

/**
 * Printed text (a table, a message, a whole document) without private keys in PEM, JSON Web Tokens, `Bearer` and
 * `Basic` credentials and passwords in URLs. Linear in size.
 */
export function hideInText(text: string): string {
  if (!TEXT_HINTS.some((hint) => text.includes(hint))) return text;
  return hideForms(text.replace(PEM, hideAll).replace(PEM_CUT_OFF_LINE, hideAll), hideAll);
}

function hideForms(text: string, hide: Hide): string {
  return text
    .replace(JWT, hide)
    .replace(BEARER, (_, scheme, token) => scheme + kept(token, hide))
    .replace(BASIC, (all, scheme, token) => (isUserAndPassword(token) ? scheme + hide(token) : all))
    .replace(USER_INFO, (_, head, password) => head + kept(password, hide));
}

function kept(secret: string, hide: Hide): string {
  return secret === REDACTED ? secret : hide(secret);
}

function isUserAndPassword(base64: string): boolean {
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(base64, 'base64').toString('latin1'));
}
