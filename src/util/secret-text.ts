/** What stands in the place of a secret, as Envoy itself writes it into its dumps. */
export const REDACTED = '[redacted]';

/** Gives what is printed in the place of a secret. */
export type Hide = (secret: string) => string;

const hideAll: Hide = () => REDACTED;

/** Only a text with one of these can hold a secret that has a form of its own. */
export const SECRET_HINT =
  /ey[JA]|ewog|bearer|basic|:\/\/[^\s/]*@|kty|secret|passw|passph|token|(?:api|private|access)[-_ ]?key|sig(?:nature)?=/i;

/** Base64 of `-----BEGIN` and of the `{"` of a JSON Web Token in base64 once more. */
const ENCODED = /^(?:LS0tLS1CRUdJTi|ZXlK)[A-Za-z0-9+/=\s]+$/;

const PEM = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S])*-----END [A-Z0-9 ]*-----/g;
const PEM_CUT_OFF = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*/g;
const PEM_CUT_OFF_LINE = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[^"\n]*/g;

/** A JSON Web Token: signed (three parts) or encrypted (five). It begins a word, or follows an escape. */
const JWT =
  /(?<=^|[^\w-]|%[0-9A-Fa-f]{2}|\\[nrt])(?:ey[JA]|ewog)[\w-]{6,}\.[\w-]{2,}\.[\w-]*(?:\.[\w-]*\.[\w-]*)?/g;
const BEARER =
  /\b(bearer(?:\s|%20)+)(?!(?:auth\w*|tokens?|credentials?|scheme|realm|error)\b)([\w.~+/=-]{6,})/gi;
const BASIC = /\b(basic(?:\s|%20)+)([A-Za-z0-9+/_-]{4,}={0,2})/gi;
const USER_INFO = /(:\/\/[^\s/:@"'?#]{0,100}:)([^\s/@"'?#%]{1,300})(?=@)/g;

const SECRET_NAME = '[\\w-]*(?:secret|password|passwd|passphrase|private_?key|api[-_]?key|access_?key|token)';
const MEMBER = new RegExp(`(\\\\{0,8}"${SECRET_NAME}\\\\{0,8}"\\s*:\\s*\\\\{0,8}")([^"\\\\]+)`, 'gi');
const ASSIGNMENT = new RegExp(`((?:^|[?&;,\\s{(["'])(?:${SECRET_NAME}|sig|signature)=)([^&\\s"';,%]+)`, 'gi');
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
  if (clean.includes('"')) clean = clean.replace(MEMBER, (_, head, value) => head + kept(value, hide));
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
const TEXT_HINTS = ['PRIVATE KEY', 'eyJ', 'eyA', 'ewog', 'earer', 'BEARER', 'asic', 'BASIC', '://'] as const;

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
