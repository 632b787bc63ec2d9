import type { WaypointPod } from '../answers/waypoint-pod.ts';
import type { WaypointHealth, WaypointStatus } from '../answers/waypoint-status.ts';
import type { ObjectRef, UnboundUser } from '../answers/waypoint-users.ts';
import { escapeLine } from '../util/text.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';

/** Whether waypoints work, those that do not first: their pods, what fails, what they should apply, and what to do. */
export const table: Reporter<WaypointStatus> = (answer, options) => {
  const style = styleFor(options.color);
  const { waypoints, unbound, usersKnown, namespace } = answer;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const blocks = [
    `${verdict(answer, style, where)}\n`,
    ...waypoints.map((waypoint) =>
      waypointText(waypoint, usersText(waypoint.users, usersKnown, where), style),
    ),
    ...(unbound.length === 0 ? [] : [unbound.map((user) => unboundText(user, style)).join('')]),
  ];
  return within(blocks.join(waypoints.length + unbound.length === 0 ? '' : '\n'), options);
};

function within(text: string, { width }: ReportOptions): string {
  return wrapLines(text, width);
}

function verdict({ waypoints, unbound }: WaypointStatus, style: Style, where: string): string {
  const count = (health: WaypointHealth['health']): number =>
    waypoints.filter((one) => one.health === health).length;
  const [bad, warn, unknown] = [count('bad'), count('warn'), count('unknown')];
  const of = waypoints.length === 1 ? '1 waypoint' : `${waypoints.length} waypoints`;
  const parts = [
    bad > 0 ? `${bad} of ${of}${where} ${bad === 1 ? 'does' : 'do'} not work` : '',
    warn > 0 ? `${warn} of ${of}${where} worth a look` : '',
    unknown > 0 ? `of ${unknown} it is not known whether they work` : '',
    unbound.length > 0 ? `${lostText(unbound.length)} a waypoint in vain` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) {
    if (waypoints.length === 0) return `${markSymbol('plain', style)} no waypoints${where}`;
    return `${markSymbol('good', style)} ${of}${where} ${waypoints.length === 1 ? 'works' : 'work'}`;
  }
  const mark: Mark = bad + unbound.length > 0 ? 'bad' : warn > 0 ? 'warn' : 'unknown';
  return `${markSymbol(mark, style)} ${parts.join('; ')}`;
}

function lostText(count: number): string {
  return count === 1 ? '1 object names' : `${count} objects name`;
}

function waypointText(waypoint: WaypointHealth, users: string, style: Style): string {
  const { namespace, name, health, trafficType, programmed, problems, pods, attached } = waypoint;
  const says = programmed === undefined ? 'no status yet' : `${programmed.type} says ${programmed.status}`;
  const title = `${style.strong(escapeLine(`${namespace}/${name}`))}  for ${TRAFFIC[trafficType]}, ${escapeLine(says)}`;
  const lines = [
    `${markSymbol(health, style)} ${title}`,
    ...problems.map((problem) => labelled('why', problem)),
    ...pods.flatMap((pod) => podLines(pod, style)),
    labelled('used by', users),
    ...(attached.length === 0 ? [] : [labelled('applies', names(attached))]),
    ...effectLines(waypoint),
  ];
  return `${lines.join('\n')}\n`;
}

/** Under `-n` only that namespace was looked at. */
function usersText(users: readonly ObjectRef[], known: boolean, where: string): string {
  if (users.length === 0) return known ? `nobody${where}` : 'not known';
  return known ? names(users) : `${names(users)}, perhaps others`;
}

const TRAFFIC: Readonly<Record<WaypointHealth['trafficType'], string>> = {
  service: 'services',
  workload: 'workloads',
  all: 'services and workloads',
  none: 'no traffic',
};

const LABEL_WIDTH = 9;

function labelled(label: string, text: string): string {
  return `    ${label.padEnd(LABEL_WIDTH)}${escapeLine(text)}`;
}

function podLines({ name, node, ready, phase, health, problems }: WaypointPod, style: Style): string[] {
  const state = ready === true ? `${phase} and ready` : phase;
  const where = node === undefined ? '' : ` on ${node}`;
  const [first, ...others] = problems;
  const head = `  ${markSymbol(health, style)} ${'pod'.padEnd(LABEL_WIDTH)}${escapeLine(`${name}${where}, ${state}${first === undefined ? '' : `: ${first}`}`)}`;
  return [head, ...others.map((problem) => labelled('', problem))];
}

const NAMES_SHOWN = 6;

/** Names by kind: `Service records, wards; HTTPRoute records`. */
function names(objects: readonly ObjectRef[]): string {
  const byKind = new Map<string, string[]>();
  for (const { kind, namespace, name } of objects) {
    const shown = kind === 'Namespace' ? name : `${namespace}/${name}`;
    byKind.set(kind, [...(byKind.get(kind) ?? []), shown]);
  }
  return [...byKind]
    .map(([kind, all]) => {
      const more = all.length > NAMES_SHOWN ? ` and ${all.length - NAMES_SHOWN} more` : '';
      return `${kind} ${all.slice(0, NAMES_SHOWN).join(', ')}${more}`;
    })
    .join('; ');
}

function effectLines({ health, users, attached, pods }: WaypointHealth): string[] {
  if (health !== 'bad') return [];
  const rejected = pods.find(({ problems }) => problems.some((problem) => problem.includes('rejected')));
  const pod = rejected ?? pods.find((one) => one.health === 'bad');
  const lost = attached.length === 0 ? '' : ', and nothing of what it should apply is applied';
  const effect = users.length === 0 ? [] : [labelled('effect', `connections to what uses it fail${lost}`)];
  if (pod === undefined)
    return [...effect, labelled('next', 'kubectl describe its Deployment and ReplicaSet')];
  const next =
    rejected === undefined
      ? `kubectl logs ${pod.name} -n ${pod.namespace} shows what its proxy says`
      : `meshscope proxy-status ${pod.name}.${pod.namespace} shows what was refused`;
  return [...effect, labelled('next', next)];
}

function unboundText({ kind, namespace, name, why, next }: UnboundUser, style: Style): string {
  const who = kind === 'Namespace' ? `Namespace ${name}` : `${kind} ${namespace}/${name}`;
  const lines = [
    `${markSymbol('bad', style)} ${style.strong(escapeLine(who))}  ${escapeLine(why)}`,
    labelled(
      'effect',
      `${kind === 'Namespace' ? 'traffic to its services' : 'traffic to it'} goes past any waypoint: no rule of a waypoint is applied`,
    ),
    labelled('next', next),
  ];
  return `${lines.join('\n')}\n`;
}
