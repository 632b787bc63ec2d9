import { REDACTED } from '../../util/secret-text.ts';
import { isMark, type OnSecret } from './mark.ts';

const KIND = /^[ \t]*(?:-[ \t]+)*kind:[ \t]*["']?Secret["']?[ \t]*(?:#.*)?\r?$/m;
/** In JSON, or YAML in one line. */
const KIND_IN_LINE = /[{,\s]["']?kind["']?[ ]*:[ ]*["']?Secret["']?[ ]*[,}]/;
const DATA_IN_LINE = /((?:^|[{,\s-])["']?(?:data|stringData)["']?[ ]*:[ ]*\{)([^{}\n]+)(?=\})/gm;
const VALUE_IN_LINE = /(:[ ]*)(?:"([^"]*)"|'([^']*)'|([^\s,"'][^,]*))/g;
const CERTIFICATE = /^LS0tLS1CRUdJTiBDRVJU|-----BEGIN CERTIFICATE-----/;

/**
 * A text without the values of the Secrets that it holds as YAML, such as a manifest in a ConfigMap. What stands below
 * `data` and `stringData` of such a document is taken out line by line; certificates stay.
 */
export function redactYamlSecrets(text: string, onSecret: OnSecret): string {
  if (!text.includes('Secret') || !(KIND.test(text) || KIND_IN_LINE.test(text))) return text;
  return text
    .split(/^(?=---)/m)
    .map((document) => {
      const isSecret = KIND.test(document);
      const clean = isSecret ? redactDocument(document, onSecret) : document;
      return isSecret || KIND_IN_LINE.test(document) ? redactInLine(clean, onSecret) : clean;
    })
    .join('');
}

function redactInLine(document: string, onSecret: OnSecret): string {
  return document.replace(DATA_IN_LINE, (_, head: string, members: string) => {
    const clean = members.replace(VALUE_IN_LINE, (all: string, colon: string, ...values: unknown[]) => {
      const value = String(values.slice(0, 3).find((one) => one !== undefined) ?? '');
      if (value === '' || isMark(value) || CERTIFICATE.test(value)) return all;
      onSecret('secret-data');
      return `${colon}"${REDACTED}"`;
    });
    return head + clean;
  });
}

function redactDocument(document: string, onSecret: OnSecret): string {
  /** Columns in which the values and, inside of it, a text of several lines begin. */
  let data: number | undefined;
  let inValue: number | undefined;
  const lines = document.split('\n').flatMap((line): string[] => {
    const column = line.search(/\S/);
    if (column < 0) return [line];
    if (inValue !== undefined && column > inValue) return [];
    inValue = undefined;
    if (data !== undefined && column <= data) data = undefined;
    if (/^[ \t]*(?:- )?(?:data|stringData):[ \t]*$/.test(line)) {
      data = column;
      return [line];
    }
    const [, head = '', value = ''] = /^([ \t]*["']?[\w.-]+["']?:[ \t]*)(.*)$/.exec(line) ?? [];
    if (
      data === undefined ||
      head === '' ||
      value === '' ||
      isMark(value.replace(/^["']|["']\s*$/g, '')) ||
      CERTIFICATE.test(value)
    )
      return [line];
    inValue = /^[|>]/.test(value) ? column : undefined;
    onSecret('secret-data');
    return [`${head}"${REDACTED}"`];
  });
  return lines.join('\n');
}
