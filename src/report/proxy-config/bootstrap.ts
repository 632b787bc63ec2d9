import type { BootstrapAnswer } from '../../answers/bootstrap.ts';
import type { EcdsAnswer } from '../../answers/ecds.ts';
import { asString, field } from '../../util/json.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { markSymbol, styleFor } from '../style.ts';
import { alignedTable } from '../table.ts';
import { countLine } from './count-line.ts';

/** Our short form of a bootstrap: who the proxy is, its versions and when it started. */
export function bootstrapTable(answer: BootstrapAnswer, options: ReportOptions): string {
  const { versions, node } = answer;
  const meta = (name: string): string | undefined => asString(field(node.metadata, name));
  const rows: [string, string | undefined][] = [
    ['Node', node.id],
    ['Istio version', versions.istio],
    ['Istio proxy', versions.istioProxy],
    ['Envoy version', versions.envoy],
    ['Workload', meta('WORKLOAD_NAME')],
    ['Service account', meta('SERVICE_ACCOUNT')],
    ['Cluster', meta('CLUSTER_ID')],
    ['Mesh', meta('MESH_ID')],
    ['Network', meta('NETWORK')],
    ['Interception', meta('INTERCEPTION_MODE')],
    ['istiod', asString(field(node.metadata, 'PROXY_CONFIG', 'discoveryAddress'))],
    ['Started', answer.started],
  ];
  const known = rows.flatMap(([label, value]) => (value ? [[label, value]] : []));
  return alignedTable([], known, options);
}

/** Our table of extension configurations: refused ones first. */
export function ecdsTable(answer: EcdsAnswer, options: ReportOptions): string {
  const style = styleFor(options.color);
  const sorted = [...answer.rows].sort((a, b) => Number(!a.rejection) - Number(!b.rejection));
  const rows = sorted.map((row) => [
    row.rejection ? { text: '✖', paint: () => markSymbol('bad', style) } : '',
    row.name,
    row.type,
    row.rejection ? `refused: ${row.rejection.details}` : '',
  ]);
  const table = rows.length === 0 ? '' : alignedTable(['', 'ECDS NAME', 'TYPE', 'DETAIL'], rows, options);
  return `${table}${countLine('extension configuration', rows.length, rows.length, options)}`;
}

/** Reports bootstraps in our short form. */
export const bootstrapReport = eachProxy(bootstrapTable);

/** Reports extension configurations in our table. */
export const ecdsReport = eachProxy(ecdsTable);
