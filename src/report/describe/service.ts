import type { DescribeAnswer } from '../../answers/describe/reference.ts';
import type { ServiceDescription } from '../../answers/describe/service.ts';
import type { ServicePod } from '../../answers/describe/service-pods.ts';
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

/** More pods than these are counted. */
const PODS_SHOWN = 8;

/** A service as text: verdict, problems, then the facts in a few lines each. */
export const serviceReport: Reporter<DescribeAnswer<ServiceDescription>> = (answer, options) =>
  answer.kind === 'ours' ? text(answer.description, options) : '';

function text(answer: ServiceDescription, options: ReportOptions): string {
  const { service } = answer;
  const style = styleFor(options.color);
  const addresses = answer.clusterIPs.length === 0 ? '' : ` ${answer.clusterIPs.join(', ')}`;
  const sections: Section[] = [
    { label: 'service', lines: titledPorts(`${answer.type}${addresses}, ${service.host}`, service) },
    { label: 'pods', lines: podLines(answer.pods) },
    { label: 'gateways', lines: gatewayLines(answer.gateways) },
    { label: 'calls', lines: [...callLines(service), ...waypointLine(service.waypoint)] },
    {
      label: 'routes',
      lines: [
        ...(answer.pods.length === 0 && service.routes.length === 0 ? [] : routeLines(service, answer.read)),
        ...ruleLines(service),
      ],
    },
    { label: 'policies', lines: policyLines(answer) },
    { label: 'exposed', lines: exposureLines(service.exposures) },
    { label: 'read', lines: readLines(answer.read) },
  ];
  return (
    verdict(
      `service ${service.name}.${service.namespace}`,
      answer.problems,
      answer.read.unread.length === 0,
      style,
    ) +
    problemLines(answer.problems, options) +
    sectionLines(sections, options)
  );
}

const PROXIES: Readonly<Record<ServicePod['proxy'], string>> = {
  sidecar: 'sidecar',
  router: 'gateway',
  waypoint: 'waypoint',
  ztunnel: 'ztunnel',
  ambient: 'ztunnel',
  none: 'no proxy',
};

function podLines(pods: readonly ServicePod[]): readonly string[] {
  const lines = columns(
    pods.slice(0, PODS_SHOWN).map(({ pod, phase, ready, proxy, version, sync }) => {
      const state = ready === undefined ? phase : `${phase}, ${ready ? 'ready' : 'not ready'}`;
      const told = sync === undefined ? PROXIES[proxy] : `${PROXIES[proxy]} ${sync.replace('-', ' ')}`;
      return [pod, state, told, version === undefined ? '' : `version ${version}`];
    }),
  );
  const more = pods.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more: -o json lists all`] : lines;
}

function policyLines({ policies, pods }: ServiceDescription): readonly string[] {
  return columns(
    policies.map(({ policy, action, dryRun, pods: count }) => [
      action,
      policy,
      [dryRun ? 'dry run' : '', count === pods.length ? '' : `for ${count} of ${counted(pods.length, 'pod')}`]
        .filter((part) => part !== '')
        .join(', '),
    ]),
  );
}
