import type { ReportProxies } from '../../answers/mesh-report/mesh-report.ts';
import { proxyLevel } from '../../answers/proxy-level.ts';
import { PROBLEM_KINDS, type ProxyProblem } from '../../answers/proxy-problem.ts';
import type { ProxyRow, TypeState } from '../../answers/proxy-row.ts';
import { type Markup, markup } from '../html-page/markup.ts';
import { problemLabel, sinceText, stateLabel, typeWord } from '../proxy-words.ts';
import { type SectionState, section } from './section.ts';
import { type Column, cell, table } from './table.ts';
import { facet, itemList } from './toolbar.ts';
import { bulletList, countText, numberText, sign, TONE_OF_LEVEL } from './words.ts';

/** The proxies in a few words. */
export function proxiesState({ rows, inSync, istiodsAnswered, podsKnown }: ReportProxies): SectionState {
  if (rows.length === 0)
    return podsKnown && istiodsAnswered > 0
      ? { tone: 'info', text: 'no proxies' }
      : { tone: 'unknown', text: 'no proxy is known' };
  const marks = rows.map(proxyLevel);
  const tones = { error: marks.includes('bad'), warning: marks.includes('warn') };
  const isKnown = istiodsAnswered > 0 && !marks.includes('unknown');
  const tone = tones.error ? 'error' : tones.warning ? 'warning' : isKnown ? 'good' : 'unknown';
  return { tone, text: `${numberText(inSync)} of ${countText(rows.length, 'proxy', 'proxies')} in sync` };
}

/** Every proxy, the worst first, with what is wrong with it. */
export function proxiesSection(proxies: ReportProxies, now: Date): Markup {
  const { rows, istiodsAnswered, istiodsAsked, podsKnown } = proxies;
  const { varied, same } = placesOf(rows);
  const states = rows.map(({ state }) => state);
  const namespaces = rows.map(({ namespace }) => namespace);
  const facets = [
    facet('state', 'State', states, { labelOf: stateWord, byLabel: false }),
    facet('namespace', 'Namespace', namespaces),
    facet('type', 'Type', rows.map(typeWord)),
  ];
  const list = itemList(
    { id: 'proxies', noun: 'proxies', facets },
    rows.length,
    table(
      'rows wide proxies',
      'Proxies, worst first',
      columnsOf(varied),
      rows.map((row) => body(row, varied, now)),
    ),
  );
  const asked = `${numberText(istiodsAnswered)} of ${countText(istiodsAsked, 'istiod')} answered.`;
  const unknown = podsKnown ? '' : ' Pods could not be read: a proxy that never connected is not listed.';
  const alike = same.length === 0 ? '' : ` Alike wherever known: ${same.join(', ')}.`;
  return section('proxies', proxiesState(proxies), [
    rows.length === 0 ? undefined : list,
    markup`<p class="faint">${asked}${unknown}${alike}</p>`,
  ]);
}

function stateWord(state: string): string {
  return state.replaceAll('-', ' ');
}

/** What a proxy is a part of, in columns that are left out where all that are known say the same. */
const PLACES = [
  { title: 'Cluster', of: (row: ProxyRow) => row.cluster },
  { title: 'Version', of: (row: ProxyRow) => row.version },
  { title: 'istiod', of: (row: ProxyRow) => row.istiod },
  { title: 'Node', of: (row: ProxyRow) => row.node },
] as const;

type Place = (typeof PLACES)[number];

/** The columns that tell proxies apart, and the values that need none. */
function placesOf(rows: readonly ProxyRow[]): { varied: readonly Place[]; same: readonly string[] } {
  const varied: Place[] = [];
  const same: string[] = [];
  for (const place of PLACES) {
    const values = new Set(rows.flatMap((row) => place.of(row) ?? []));
    if (values.size > 1) varied.push(place);
    else for (const value of values) same.push(`${place.title.toLowerCase()} ${value}`);
  }
  return { varied, same };
}

function columnsOf(places: readonly Place[]): readonly Column[] {
  return [
    { title: 'State', sort: 'number', className: 'state' },
    { title: 'Proxy', sort: 'text', className: 'name' },
    { title: 'Namespace', sort: 'text' },
    { title: 'Type', sort: 'text', className: 'short' },
    { title: 'Configuration', className: 'types' },
    { title: 'Since', sort: 'number', className: 'short' },
    ...places.map(({ title }) => ({ title, sort: 'text' }) as const),
  ];
}

function body(row: ProxyRow, places: readonly Place[], now: Date): Markup {
  const { proxy, namespace, state, problems } = row;
  const name = proxy.endsWith(`.${namespace}`) ? proxy.slice(0, -namespace.length - 1) : proxy;
  const cells = [
    cell('State', markup`${sign(TONE_OF_LEVEL[proxyLevel(row)])} ${stateLabel(row)}`, rank(row)),
    markup`<th scope="row" data-title="Proxy">${name}</th>`,
    cell('Namespace', namespace),
    cell('Type', typeWord(row)),
    cell('Configuration', row.types.map(typeChip)),
    cell('Since', sinceText(row, now), sinceOrder(row)),
    ...places.map(({ title, of }) => cell(title, of(row) ?? '-')),
  ];
  const more =
    problems.length === 0
      ? undefined
      : markup`<tr class="more"><td colspan="${cells.length}">${bulletList(problems.map(problem), 'problems')}</td></tr>`;
  return markup`<tbody class="item" data-state="${state}" data-namespace="${namespace}" data-type="${typeWord(row)}" data-search="${proxy}"><tr>${cells}</tr>${more}</tbody>
`;
}

/** The order of states: the worst is the smallest. */
function rank({ state }: ProxyRow): number {
  const index = (PROBLEM_KINDS as readonly string[]).indexOf(state);
  return index < 0 ? PROBLEM_KINDS.length : index;
}

/** When it began, in seconds, so that the newest comes last; empty when nobody knows. */
function sinceOrder({ problems, types }: ProxyRow): number | string {
  const [first] = problems;
  const newest = types.flatMap(({ lastSent }) => lastSent ?? []).sort();
  const ms = Date.parse((first === undefined ? newest.at(-1) : first.since) ?? '');
  return Number.isNaN(ms) ? '' : -Math.round(ms / 1000);
}

/** One xDS type: its name, and how it stands where that is not well. */
function typeChip({ type, status }: TypeState): Markup {
  if (status === 'SYNCED') return markup`<span class="type">${type}</span> `;
  return markup`<span class="type off">${type} ${status.toLowerCase()}</span> `;
}

function problem(problem: ProxyProblem): Markup {
  const { types, detail, rejections = [], suspects = [] } = problem;
  const label = problem.kind === 'rejected' ? `${types.join(', ')} rejected` : problemLabel(problem);
  const reasons = rejections
    .filter(({ reason }) => !detail.includes(reason))
    .map(({ name, reason }) => (name === undefined ? reason : `${name}: ${reason}`));
  const named = suspects.map(({ namespace, name }) => `EnvoyFilter ${namespace}/${name}`);
  const cause =
    named.length === 0 || named.every((name) => detail.includes(name))
      ? undefined
      : markup` <span class="fix">${named.length === 1 ? 'Cause' : 'Candidates'}: ${named.join(', ')}</span>`;
  return markup`<strong>${label}</strong>: ${detail}${cause}${bulletList(reasons)}`;
}
