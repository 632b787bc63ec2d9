import type { EndpointsAnswer } from '../../answers/endpoints.ts';
import { type EdsAnswer, edsAddress, type HostsAnswer, internalText } from '../../answers/endpoints.ts';
import { addressHost, addressPort, addressText } from '../../envoy/address.ts';
import { localityText } from '../../envoy/endpoint.ts';
import { compareText } from '../../util/text.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import { tabwriterTable } from '../tabwriter.ts';

/** The reference's endpoint table of a clusters page. */
export function compatHosts(answer: HostsAnswer): string {
  const rows = answer.rows.map(({ host }) => ({
    address: hostText(host.address),
    port: addressPort(host.address),
    cells: [host.edsHealth, host.failedOutlierCheck ? 'FAILED' : 'OK', host.cluster],
    cluster: host.cluster,
  }));
  rows.sort(
    (a, b) => compareText(a.address, b.address) || a.port - b.port || compareText(a.cluster, b.cluster),
  );
  const header = ['ENDPOINT', 'STATUS', 'OUTLIER CHECK', 'CLUSTER'];
  const lines = rows.map(({ address, port, cells }) => [
    port === 0 ? address : `${address}:${port}`,
    ...cells,
  ]);
  return tabwriterTable([header, ...lines], 5);
}

/** The reference's EDS table of a config_dump. */
export function compatEds(answer: EdsAnswer, prefix = false): string {
  const rows = answer.rows.map(({ endpoint }) => {
    const addresses = [endpoint.address, ...endpoint.additionalAddresses].map(edsAddress).join(',');
    return [
      `${prefix ? 'endpoint/' : ''}${addresses}`,
      endpoint.health,
      localityText(endpoint.locality),
      endpoint.cluster,
    ];
  });
  return tabwriterTable([['NAME', 'STATUS', 'LOCALITY', 'CLUSTER'], ...rows], 5);
}

function hostText(address: unknown): string {
  const text = addressText(address);
  if (text === undefined) return 'unknown';
  if (text.startsWith('envoy://')) return internalText(address);
  return text.startsWith('unix://') ? text : (addressHost(address) ?? text);
}

const NO_HOSTS: HostsAnswer = { rows: [], total: 0, statuses: [] };

/** Reports endpoints in the reference's table; it finds none in a config_dump. */
export const compatEndpointsReport = eachProxyCompat((answer: EndpointsAnswer) =>
  compatHosts(answer.kind === 'hosts' ? answer : NO_HOSTS),
);

/** Reports EDS endpoints in the reference's table. */
export const compatEdsReport = eachProxyCompat((answer: EdsAnswer) => compatEds(answer));
