import type { ShownImpact, ShownProxy } from '../../answers/graph/graph-answer.ts';
import { compareText, escapeLine } from '../../util/text.ts';
import { markSymbol, type Style } from '../style.ts';
import { wrapWords } from '../wrap.ts';
import { counted, nodeText, placedLine, placeText } from './place.ts';

/** Names that are listed in a group before the rest is counted. */
const NAMES = 6;
const OBJECTS = 30;

const TYPES: Readonly<Record<string, string>> = {
  router: 'gateway',
  sidecar: 'sidecar',
  waypoint: 'waypoint',
};

/** Who is affected by a change: first in numbers, then objects by distance, workloads and proxies by namespace. */
export function impact(
  { id, objects, workloads, proxies }: ShownImpact,
  style: Style,
  width: number,
): string[] {
  const parts = [
    ...counted(objects.length, 'object'),
    ...counted(workloads.length, 'workload'),
    ...counted(proxies.length, 'proxy').map((text) => text.replace('proxys', 'proxies')),
  ];
  const said = parts.length === 0 ? 'nothing that was read' : joined(parts);
  const rest = objects.length - OBJECTS;
  return [
    `${markSymbol(parts.length === 0 ? 'good' : 'warn', style)} a change of ${style.strong(nodeText(id))} affects ${said}`,
    ...(objects.length > 0 ? [`  ${style.strong('OBJECTS')}`] : []),
    ...objects.slice(0, OBJECTS).flatMap((object) => {
      const target = object.to === id ? 'it' : nodeText(object.to);
      const text = `    ${nodeText(object.id)}  ${style.faint(`${object.relation} ${target}`)}`;
      return placedLine(text, placeText(object.place), width, style, 6);
    }),
    ...(rest > 0 ? [`    and ${rest} more: -o json lists all`] : []),
    ...(workloads.length > 0 ? [`  ${style.strong('WORKLOADS')}`] : []),
    ...(workloads.length > 0 ? wrapWords(listed(workloads.map(nodeText), 12), width, 4, 4) : []),
    ...(proxies.length > 0
      ? [`  ${style.strong('PROXIES')}  ${style.faint('that get other configuration')}`]
      : []),
    ...proxyGroups(proxies).flatMap(([head, names]) =>
      wrapWords(`${head}: ${listed(names, NAMES)}`, width, 4, 6),
    ),
  ];
}

function proxyGroups(proxies: readonly ShownProxy[]): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, { type: string; names: string[] }>();
  for (const { namespace, type, proxy } of proxies) {
    const key = `${namespace} ${type}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { type, names: [escapeLine(proxy)] });
    else group.names.push(escapeLine(proxy));
  }
  return [...groups]
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([key, { type, names }]) => {
      const [namespace = ''] = key.split(' ');
      const word = TYPES[type] ?? type;
      return [`${escapeLine(namespace)}, ${counted(names.length, word).join('')}`, names] as const;
    });
}

function listed(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
