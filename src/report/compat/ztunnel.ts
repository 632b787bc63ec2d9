import type { ZtunnelAll } from '../../answers/ztunnel-all.ts';
import { splitChain, type ZtunnelCertificates } from '../../answers/ztunnel-certificates.ts';
import type { ZtunnelConnections } from '../../answers/ztunnel-connections.ts';
import type { ZtunnelPolicies } from '../../answers/ztunnel-policies.ts';
import type { ZtunnelServices } from '../../answers/ztunnel-services.ts';
import type { ZtunnelWorkloads } from '../../answers/ztunnel-workloads.ts';
import {
  type DumpedCertificate,
  hexSerial,
  isValidAt,
  type ZtunnelCertificate,
} from '../../ztunnel/certificate.ts';
import { vipAddress } from '../../ztunnel/service.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { tabwriterTable } from '../tabwriter.ts';

function workloads({ rows }: ZtunnelWorkloads): string {
  const header = ['NAMESPACE', 'POD NAME', 'ADDRESS', 'NODE', 'WAYPOINT', 'PROTOCOL'];
  const cells = rows.map(({ workload, waypoint }) => [
    workload.namespace,
    workload.name,
    workload.addresses.join(',') || workload.hostname,
    workload.node,
    waypoint,
    workload.protocol,
  ]);
  return tabwriterTable([header, ...cells], 1);
}

function services({ rows }: ZtunnelServices): string {
  const header = ['NAMESPACE', 'SERVICE NAME', 'SERVICE VIP', 'WAYPOINT', 'ENDPOINTS'];
  const cells = rows.map(({ service, waypoint, endpoints }) => [
    service.namespace,
    service.name,
    service.vips.map(vipAddress).join(','),
    waypoint,
    `${endpoints.healthy}/${endpoints.total}`,
  ]);
  return tabwriterTable([header, ...cells], 1);
}

function policies({ rows }: ZtunnelPolicies): string {
  const header = ['NAMESPACE', 'POLICY NAME', 'ACTION', 'SCOPE'];
  const held = rows.filter(({ policy }) => policy !== undefined);
  const cells = held.map(({ namespace, name, action, scope }) => [namespace, name, action, scope]);
  return tabwriterTable([header, ...cells], 1);
}

function certificates({ rows }: ZtunnelCertificates, { now }: ReportOptions): string {
  const header = [
    'CERTIFICATE NAME',
    'TYPE',
    'STATUS',
    'VALID CERT',
    'SERIAL NUMBER',
    'NOT AFTER',
    'NOT BEFORE',
  ];
  const cells = rows.flatMap(({ entry, state }) => {
    const lines = certificateLines(entry);
    if (lines.length === 0) return [[entry.identity, 'NA', state, 'false', 'NA', 'NA', 'NA']];
    return lines.map(({ type, certificate }) => [
      entry.identity,
      type,
      state,
      String(isValidAt(certificate, now)),
      hexSerial(certificate),
      certificate.expirationTime || 'NA',
      certificate.validFrom || 'NA',
    ]);
  });
  return tabwriterTable([header, ...cells], 5);
}

function certificateLines(
  entry: ZtunnelCertificate,
): { readonly type: string; readonly certificate: DumpedCertificate }[] {
  if (entry.chain.length === 0) return [];
  const { chain, roots } = splitChain(entry);
  return [
    ...chain.map((certificate, index) => ({ type: index === 0 ? 'Leaf' : 'Intermediate', certificate })),
    ...roots.map((certificate) => ({ type: 'Root', certificate })),
  ];
}

function connections({ rows }: ZtunnelConnections): string {
  const header = ['WORKLOAD', 'DIRECTION', 'LOCAL', 'REMOTE', 'REMOTE TARGET', 'PROTOCOL'];
  const cells = rows.map((row) => [
    row.workload,
    row.direction,
    row.local,
    row.remote,
    row.target,
    row.protocol,
  ]);
  return tabwriterTable([header, ...cells], 1);
}

/** Every section after a blank line, with `--with-headers` under a title. */
function all(answer: ZtunnelAll, options: ReportOptions): string {
  const sections: [string, string][] = [
    ['WORKLOAD', workloads(answer.workloads)],
    ['SERVICE', services(answer.services)],
    ['POLICY', policies(answer.policies)],
    ['SECRET', certificates(answer.certificates, options)],
    ['CONNECTIONS', connections(answer.connections)],
  ];
  return sections
    .map(([title, text]) => (answer.withHeaders ? `\n------ ${title} INFO ------\n\n${text}` : `\n${text}`))
    .join('');
}

/** The reference's tables of `ztunnel-config`, to the byte. */
export const compatZtunnel = {
  workloads: eachProxyCompat(workloads),
  services: eachProxyCompat(services),
  policies: eachProxyCompat(policies),
  certificates: eachProxyCompat(certificates),
  connections: eachProxyCompat(connections),
  all: eachProxyCompat(all),
};
