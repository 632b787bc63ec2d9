import type { PodDescription, PodProxy } from '../../answers/describe/pod.ts';
import type { PortMtls } from '../../answers/describe/pod-mtls.ts';
import type { PolicyFacts } from '../../answers/describe/policies.ts';
import type { DescribeAnswer } from '../../answers/describe/reference.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { counted } from '../../util/counted.ts';
import type { Reporter, ReportOptions } from '../reporter.ts';
import { styleFor } from '../style.ts';
import { columns, problemLines, type Section, sectionLines, verdict } from './lines.ts';
import {
  callLines,
  exposureLines,
  gatewayLines,
  readLines,
  routeLines,
  ruleLines,
  titledPorts,
  waypointLine,
} from './service-parts.ts';

/** A pod as text: verdict, problems, then the facts in a few lines each. */
export const podReport: Reporter<DescribeAnswer<PodDescription>> = (answer, options) =>
  answer.kind === 'ours' ? text(answer.description, options) : '';

function text(answer: PodDescription, options: ReportOptions): string {
  const style = styleFor(options.color);
  const sections: Section[] = [
    { label: 'pod', lines: identityLines(answer) },
    { label: 'proxy', lines: [proxyLine(answer)] },
    { label: 'ambient', lines: ambientLines(answer) },
    { label: 'gateways', lines: gatewayLines(answer.gateways) },
    { label: 'mTLS', lines: mtlsLines(answer) },
    { label: 'policies', lines: policyLines(answer) },
    ...answer.services.flatMap((one) => serviceSections(one, answer)),
    { label: 'also', lines: otherLines(answer) },
    { label: 'read', lines: readLines(answer.read) },
  ];
  return (
    verdict(`pod ${proxyId(answer.pod)}`, answer.problems, sawAll(answer), style) +
    problemLines(answer.problems, options) +
    sectionLines(sections, options)
  );
}

/** Whether all was seen that could show a problem. */
function sawAll({ read }: PodDescription): boolean {
  return read.unread.length === 0 && typeof read.envoy !== 'object';
}

function identityLines(answer: PodDescription): readonly string[] {
  const { workload, serviceAccount, phase, ready, addresses, node, ports } = answer;
  const owner = workload === undefined ? 'no workload' : `${workload.kind} ${workload.name}`;
  const state = ready === undefined ? phase : `${phase}, ${ready ? 'ready' : 'not ready'}`;
  const place = [addresses[0], node && `on ${node}`].filter((one) => one !== undefined).join(' ');
  const app = ports.filter(({ container }) => container !== 'istio-proxy');
  const shown = app.map(
    ({ port, transport, container }) => `${port}${transport === 'TCP' ? '' : `/${transport}`} (${container})`,
  );
  const declared = app.length === 0 ? 'no ports declared' : `ports ${shown.join(', ')}`;
  return [
    `${owner}, service account ${serviceAccount}`,
    [state, place, declared].filter((one) => one !== '').join('; '),
  ];
}

const KINDS: Readonly<Record<PodProxy, string>> = {
  sidecar: 'sidecar',
  router: 'gateway',
  waypoint: 'waypoint',
  ztunnel: 'ztunnel',
  ambient: 'ztunnel of its node',
  none: 'none: not in the mesh',
};

function proxyLine({ proxy, read }: PodDescription): string {
  const sync = proxy.sync === 'unknown' ? 'sync not known' : proxy.sync?.replace('-', ' ');
  const parts = [
    KINDS[proxy.kind],
    proxy.revision && `revision ${proxy.revision}`,
    proxy.version && `version ${proxy.version}`,
    sync,
    typeof read.envoy === 'object' ? 'its Envoy could not be read' : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function ambientLines({ ambient, waypoint }: PodDescription): readonly string[] {
  if (ambient === undefined) return [];
  const states = {
    captured: `handled by ztunnel ${ambient.ztunnel ?? 'of its node'}${ambient.node === undefined ? '' : ` on ${ambient.node}`}`,
    'not-captured': 'handled by no ztunnel',
    'opted-out': 'opted out by its label',
    outside: 'outside',
  };
  const known =
    ambient.workload &&
    `known there as ${ambient.workload.protocol}${ambient.workload.status === undefined ? '' : `, ${ambient.workload.status}`}`;
  return [
    [states[ambient.state], known].filter((one) => one !== undefined).join('; '),
    ...waypointLine(waypoint),
  ];
}

function mtlsLines({ mtls, proxy }: PodDescription): readonly string[] {
  if (mtls === undefined) {
    const isJudged = proxy.kind === 'sidecar' || proxy.kind === 'ambient';
    return isJudged ? ['not known: PeerAuthentications could not be read'] : [];
  }
  const rows = mtls.ports.map((one) => [String(one.port), one.mode, byText(one), enforcedText(one)]);
  const { mode, by } = mtls.others;
  return columns([...rows, ['others', mode, byText({ mode, by }), '']]);
}

function byText({ mode, by }: Pick<PortMtls, 'by'> & { readonly mode: string }): string {
  if (mode === 'none') return 'passes the proxy by';
  return by === undefined ? 'default' : `PeerAuthentication ${by}`;
}

function enforcedText({ mode, enforced }: PortMtls): string {
  if (enforced === undefined) return mode === 'none' ? '' : 'not seen on the proxy';
  return enforced === mode ? 'enforced' : `enforced ${enforced}`;
}

function policyLines({ policies, proxy, read }: PodDescription): readonly string[] {
  const rows = policies.authorization.map((one) => [
    one.action,
    one.policy,
    counted(one.rules, 'rule'),
    one.dryRun ? 'dry run' : '',
    placeText(one, proxy.kind),
  ]);
  const isMeshed = proxy.kind === 'sidecar' || proxy.kind === 'ambient';
  const lines = rows.length > 0 ? columns(withoutEmpty(rows)) : isMeshed ? [noPolicyText(read)] : [];
  const tokens = policies.others.filter(({ kind }) => kind === 'RequestAuthentication');
  return [...lines, ...tokens.map(({ kind, id, says }) => `${kind} ${id}: ${says ?? ''}`)];
}

function noPolicyText({ unread }: PodDescription['read']): string {
  return unread.includes('authorizationpolicies')
    ? 'not known: AuthorizationPolicies could not be read'
    : 'no AuthorizationPolicy: everything is allowed';
}

function placeText({ at, held }: PolicyFacts, kind: PodProxy): string {
  if (at === 'nowhere') return 'enforced nowhere';
  const place = at === 'sidecar' ? (kind === 'router' ? 'the gateway' : `the ${kind}`) : at;
  if (held === undefined) return at === 'sidecar' ? `for ${place}, not seen on it` : `by ${place}`;
  return held ? `held by ${place}` : `not held by ${place}`;
}

/** Columns that are empty in all rows go. */
function withoutEmpty(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row) => row.filter((_, index) => rows.some((other) => other[index] !== '')));
}

function serviceSections(
  service: PodDescription['services'][number],
  { takesTraffic, read }: PodDescription,
): Section[] {
  const calls = takesTraffic ? callLines(service) : ['not taken, see above'];
  return [
    { label: 'service', lines: titledPorts(`${service.name}.${service.namespace}`, service) },
    { label: 'calls', lines: [...calls, ...waypointLine(service.waypoint)] },
    { label: 'routes', lines: [...routeLines(service, read), ...ruleLines(service)] },
    { label: 'exposed', lines: exposureLines(service.exposures) },
  ];
}

function otherLines({ policies }: PodDescription): readonly string[] {
  const others = policies.others.filter(({ kind }) => kind !== 'RequestAuthentication');
  if (others.length === 0) return [];
  return [
    others.map(({ kind, id, says }) => `${kind} ${id}${says === undefined ? '' : ` (${says})`}`).join('; '),
  ];
}
