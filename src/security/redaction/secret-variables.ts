import { isSecretHeader } from '../../envoy/secret-fields.ts';
import { asString, type JsonObject } from '../../util/json.ts';
import { isMark } from './mark.ts';

/** How environment variables are written; fields and headers with such a name are none in practice. */
const VARIABLE = /^[A-Z][A-Z0-9_]{1,199}$/;
const ASSIGNMENT = /^([A-Z][A-Z0-9_]{1,199})=([\s\S]+)$/;

/** Ends of names that say that the value is a secret, also without anything between: `PGPASSWORD`, `GITHUB_PAT`. */
const SECRET =
  /(?:PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?|TOKENS?|CREDENTIALS?|COOKIE|(?:API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION|ACCOUNT|SHARED|HMAC|MASTER|LICENSE|SESSION|STORAGE)_?KEYS?|_(?:PASS|PWD|PAT|DSN|CONNECTION_STRING)|(?:SECRET|TOKEN|PASSWORD|KEY)_(?:VALUE|DATA|B64|BASE64))$/;

const NO_SECRET = /^(?:true|false|\$\([\w.-]+\)|(?:\/[\w.-]{1,100}){2,20})$/i;

/** Whether the value of an environment variable of this name is a secret. */
export function isSecretVariable(name: string): boolean {
  return VARIABLE.test(name) && (SECRET.test(name) || isSecretHeader(name));
}

/** The secret in a text such as `DB_PASSWORD=…`, as name and value; `undefined` when it is none. */
export function secretAssignment(text: string): readonly [name: string, value: string] | undefined {
  const [, name, value] = ASSIGNMENT.exec(text) ?? [];
  return name !== undefined && value !== undefined && isSecretVariable(name) && isSecretValue(value)
    ? [name, value]
    : undefined;
}

/**
 * Fields of an object that hold the value of a secret variable: `value` beside its `name`, as in a pod and on ControlZ's
 * page of the environment, or a field that is called like one.
 */
export function secretVariableFields(object: JsonObject): readonly string[] {
  const name = asString(object['name']);
  if (name !== undefined && isSecretVariable(name)) return isSecretValue(object['value']) ? ['value'] : [];
  return Object.keys(object).filter((key) => isSecretVariable(key) && isSecretValue(object[key]));
}

/** A switch is no secret, whatever it is called (`XDS_AUTH` is `true`), nor are the path of a file that holds one and another variable. */
function isSecretValue(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !NO_SECRET.test(value) && !isMark(value);
}
