import { jsonText } from './json.ts';
import { longTable } from './long-table.ts';
import type { Reporter } from './reporter.ts';
import { yamlText } from './yaml.ts';

/** Options of every command with their values and where those come from. */
export interface OptionList {
  readonly options: readonly { readonly flag: string; readonly value: string; readonly from: string }[];
  readonly istioNamespace: string | undefined;
}

/** The options with their values and origins. */
export const configListReport: Reporter<OptionList> = ({ options }, layout) =>
  longTable(
    ['FLAG', 'VALUE', 'FROM'],
    options.map(({ flag, value, from }) => [flag, value === '' ? '-' : value, from]),
    layout,
  );

/** The options as JSON. */
export const configListJson: Reporter<OptionList> = (list) => jsonText(document(list));

/** The options as YAML. */
export const configListYaml: Reporter<OptionList> = (list) => yamlText(document(list));

function document({ options }: OptionList) {
  return { apiVersion: 'meshscope.io/v1', kind: 'OptionList', options };
}

/** Names and defaults of what the reference keeps in its own configuration; we have one of them. */
const REFERENCE: readonly (readonly [flag: string, value: string])[] = [
  ['authority', ''],
  ['cert-dir', ''],
  ['insecure', ''],
  ['istioNamespace', 'istio-system'],
  ['plaintext', ''],
  ['prefer-experimental', ''],
  ['xds-address', ''],
  ['xds-port', '15012'],
];

/** The reference's table, its columns at their fixed places. */
export const compatConfigListReport: Reporter<OptionList> = ({ options, istioNamespace }) => {
  const from = options.find(({ flag }) => flag === 'istioNamespace')?.from ?? 'default';
  const rows = REFERENCE.map(([flag, value]) =>
    flag === 'istioNamespace' ? [flag, istioNamespace ?? value, from] : [flag, value, 'default'],
  );
  return [['FLAG', 'VALUE', 'FROM'], ...rows]
    .map(([flag = '', value = '', origin = '']) => `${flag.padEnd(24)}${value.padEnd(17)}${origin}\n`)
    .join('');
};
