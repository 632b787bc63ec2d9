import type { WaypointPod } from '../answers/waypoint-pod.ts';
import type { WaypointHealth, WaypointStatus } from '../answers/waypoint-status.ts';
import type { ObjectRef, UnboundUser } from '../answers/waypoint-users.ts';
import { escapeLine } from '../util/text.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from './style.ts';
import { wrapLines, wrapWords } from './wrap.ts';

/** Whether waypoints work, those that do not first: their pods, what fails, what they should apply, and what to do. */
export const table: Reporter<WaypointStatus> = (answer, options) => {
  const style = styleFor(options.color);
  const { waypoints, unbound, usersKnown, namespace } = answer;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const write = labeller(options.width);
  const blocks = [
    wrapLines(`${verdict(answer, style, where)}\n`, options.width),
    ...waypoints.map((waypoint) => {
      const users = usersText(waypoint.users, usersKnown, where);
      return [title(waypoint, style, options), ...waypointLines(waypoint, users, style, write)].join('');
    }),
    ...(unbound.length === 0 ? [] : [unbound.map((user) => unboundText(user, style, options)).join('')]),
  ];
  return blocks.join(waypoints.length + unbound.length === 0 ? '' : '\n');
};

/** Writes a text behind its label, in lines that end with a break. */
type Labeller = (label: string, text: string) => string;

const LABEL_WIDTH = 9;
const TEXT_COLUMN = 4 + LABEL_WIDTH;

/** On a terminal the further lines of a text stand under its first; a narrow one gets them from its left side. */
function labeller(width: number): Labeller {
  return (label, text) => {
    const line = `    ${label.padEnd(LABEL_WIDTH)}${escapeLine(text)}`;
    if (width < 4 * TEXT_COLUMN) return `${wrapLines(line, width)}\n`;
    const [first = '', ...others] = wrapWords(line.slice(TEXT_COLUMN), width, TEXT_COLUMN);
    return [line.slice(0, TEXT_COLUMN) + first.slice(TEXT_COLUMN), ...others]
      .map((one) => `${one}\n`)
      .join('');
  };
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

function title(
  { namespace, name, health, trafficType, programmed }: WaypointHealth,
  style: Style,
  { width }: ReportOptions,
): string {
  const says = programmed === undefined ? 'no status yet' : `${programmed.type} says ${programmed.status}`;
  const what = style.strong(escapeLine(`${namespace}/${name}`));
  const line = `${markSymbol(health, style)} ${what}  for ${TRAFFIC[trafficType]}, ${escapeLine(says)}`;
  return `${wrapLines(line, width)}\n`;
}

function waypointLines(waypoint: WaypointHealth, users: string, style: Style, write: Labeller): string[] {
  const { problems, pods, attached } = waypoint;
  return [
    ...problems.map((problem) => write('why', problem)),
    ...pods.flatMap((pod) => podLines(pod, style, write)),
    write('used by', users),
    ...(attached.length === 0 ? [] : [write('applies', names(attached))]),
    ...effectLines(waypoint, write),
  ];
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

function podLines(pod: WaypointPod, style: Style, write: Labeller): string[] {
  const { name, node, ready, phase, health, problems } = pod;
  const state = ready === true ? `${phase} and ready` : phase;
  const where = node === undefined ? '' : ` on ${node}`;
  const [first, ...others] = problems;
  const head = write('pod', `${name}${where}, ${state}${first === undefined ? '' : `: ${first}`}`);
  return [`  ${markSymbol(health, style)}${head.slice(3)}`, ...others.map((problem) => write('', problem))];
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

function effectLines({ health, users, attached, pods }: WaypointHealth, write: Labeller): string[] {
  if (health !== 'bad') return [];
  const lost = attached.length === 0 ? '' : ', and nothing of what it should apply is applied';
  const effect = users.length === 0 ? [] : [write('effect', `connections to what uses it fail${lost}`)];
  const pod = pods.find(({ rejected }) => rejected) ?? pods.find((one) => one.health === 'bad');
  return [...effect, write('next', nextStep(pod))];
}

function nextStep(pod: WaypointPod | undefined): string {
  if (pod === undefined) return 'kubectl describe its Deployment and ReplicaSet';
  return pod.rejected
    ? `meshscope proxy-status ${pod.name}.${pod.namespace} shows what was refused`
    : `kubectl logs ${pod.name} -n ${pod.namespace} shows what its proxy says`;
}

function unboundText(
  { kind, namespace, name, why, next }: UnboundUser,
  style: Style,
  { width }: ReportOptions,
): string {
  const isNamespace = kind === 'Namespace';
  const who = style.strong(escapeLine(isNamespace ? `Namespace ${name}` : `${kind} ${namespace}/${name}`));
  const write = labeller(width);
  const traffic = isNamespace ? 'traffic to its services' : 'traffic to it';
  return [
    `${wrapLines(`${markSymbol('bad', style)} ${who}  ${escapeLine(why)}`, width)}\n`,
    write('effect', `${traffic} goes past any waypoint: no rule of a waypoint is applied`),
    write('next', next),
  ].join('');
}
