import { REDACTED } from '../../util/secret-text.ts';
import { isMark, type OnSecret } from './mark.ts';

const KIND = /^[ \t]*(?:- )?kind:[ \t]*["']?Secret["']?[ \t]*$/m;
const CERTIFICATE = /^LS0tLS1CRUdJTiBDRVJU|-----BEGIN CERTIFICATE-----/;

/**
 * A text without the values of the Secrets that it holds as YAML, such as a manifest in a ConfigMap. What stands below
 * `data` and `stringData` of such a document is taken out line by line; certificates stay.
 */
export function redactYamlSecrets(text: string, onSecret: OnSecret): string {
  if (!text.includes('Secret') || !KIND.test(text)) return text;
  return text
    .split(/^(?=---)/m)
    .map((document) => (KIND.test(document) ? redactDocument(document, onSecret) : document))
    .join('');
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
