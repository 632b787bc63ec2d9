import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';

const { resolve } = createRequire(import.meta.url);
const SARIF = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

/** What the published schema of SARIF 2.1.0 refuses in a log, a line each. */
export function sarifFaults(): (log: unknown) => readonly string[] {
  // Draft 4 and draft 7 of JSON Schema read the same here but for the name of the schema itself.
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(resolve(SARIF), 'utf8'));
  const validate = new Ajv({
    strict: false,
    unicodeRegExp: false,
    allErrors: true,
    formats: FORMATS,
  }).compile(schema);
  return (log) => {
    validate(log);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  };
}

const FORMATS = {
  uri: (text: string) => URL.canParse(text),
  'uri-reference': (text: string) => URL.canParse(text, 'file:///') && !/[\s<>"{}|\\^`]/.test(text),
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
};
