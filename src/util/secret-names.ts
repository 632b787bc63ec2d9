// Data table: names that secrets stand under, in configuration, code and logs of any program.

/** Kinds of keys that are secret: `private_key`, `apiKey`, `MASTER-KEY`. */
const KEYS = [
  ...['private', 'api', 'access', 'secret', 'account', 'signing', 'sign', 'encryption', 'encrypt', 'crypt'],
  ...['hmac', 'shared', 'pre-?shared', 'master', 'licen[cs]e', 'app', 'application', 'storage'],
  ...['subscription', 'unseal', 'root', 'auth', 'session', 'cookie', 'deploy', 'webhook'],
];
/** Words that are secret wherever a name ends in them. */
const WORDS = [
  ...['passw(?:or)?ds?', 'passphrases?', 'passcodes?', 'secret', 'token', 'credentials?', 'requirepass'],
  ...['masterauth', 'storepass', 'keypass', 'bindpw', 'rootpw', 'jwt[-_]assertion', 'x-honeycomb-team'],
  ...['erlang[-_]cookie', 'client-key-data'],
  `(?:${KEYS.join('|')})[-_ .]?key`,
];
/** Words that are secret only as a word of their own: others end in the same letters. */
const SHORT_WORDS = ['pass', 'pwd', 'passwd', 'creds', 'psk', 'pat'];
/** What may stand behind it: `password1`, `token_prod`, `SECRET_KEY_BASE`. */
const ENDS = [
  ...['old', 'new', 'prev', 'previous', 'current', 'next', 'prod', 'production', 'staging', 'dev', 'test'],
  ...['base', 'value', 'plain', 'plaintext', 'b64', 'base64', 'primary', 'secondary', 'backup', '\\d{1,3}'],
];

/** The end of a name that secrets stand under, as the source of a pattern that does not care about letter case. */
export const SECRET_NAME_END = `(?:${WORDS.join('|')}|(?<![A-Za-z])(?:${SHORT_WORDS.join('|')}))(?:[-_.]?(?:${ENDS.join('|')}))?`;

/** A text in which this does not match holds no such name. */
export const SECRET_NAME_HINT = new RegExp(`${SECRET_NAME_END}s?(?![A-Za-z])`, 'i');

/** A part of each such name. */
const PARTS = /pass|secret|token|cred|key|pwd|psk|pat|masterauth|bindpw|rootpw|jwt|honeycomb|erlang/i;

/** Whether a text holds a name that secrets stand under. */
export function hasSecretName(text: string): boolean {
  return PARTS.test(text) && SECRET_NAME_HINT.test(text);
}

const NAME = new RegExp(`^(?:[\\w.-]{0,150}?)(?:${SECRET_NAME_END})$`, 'i');

/** Whether what stands under a name is a secret by that name, in any spelling: `dbPassword`, `DB_PASSWORD_OLD`. */
export function isSecretName(name: string): boolean {
  if (name.length > 200 || name.length < 3) return false;
  return NAME.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** Words that stand where a secret may, and are none: switches, numbers, levels, what refers to somewhere else. */
const NO_SECRET = [
  ...['true', 'false', 'null', 'none', 'nil', '~', 'yes', 'no', 'on', 'off', 'string', 'number', 'undefined'],
  ...['trace', 'debug', 'info', 'warn', 'warning', 'error', 'critical', 'fatal', 'required', 'optional'],
  '[|>][-+\\d]*',
  '\\d{1,6}(?:ms|s|m|h)?',
  '<[^<>]*>',
  '\\{\\{.*',
  '\\$\\{[^}]*\\}?.*',
  '\\$\\([\\w.-]+\\)',
  '\\$[A-Za-z_]\\w*',
  '%[A-Z_]+(?:\\([^)]*\\))?(?::\\d+)?%.*',
  // A path of several parts, or of one without the look of chance.
  '/?(?:[\\w.-]+/)+[\\w.-]*',
  '/[a-z._-]*',
];
const NO_SECRET_TEXT = new RegExp(`^(?:${NO_SECRET.join('|')})$`, 'i');

/** Whether a text beside a name such as `password` can be what the name says. */
export function canBeSecret(text: string): boolean {
  const word = text.trim();
  return !NO_SECRET_TEXT.test(word) || isManyKinds(word.replaceAll('/', ''));
}

/** Large and small letters and digits in a long word, as in what is drawn by lot. */
export function isManyKinds(text: string): boolean {
  return text.length >= 16 && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}
