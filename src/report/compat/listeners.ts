import type { ListenerRow, ListenersAnswer } from '../../answers/listeners.ts';
import { matcherTreeText } from '../../envoy/chain-matcher.ts';
import { compatChainMatch, compatDestination } from '../../envoy/chain-text.ts';
import type { FilterChain } from '../../envoy/listener.ts';
import { compareText } from '../../util/text.ts';
import { unstableSort } from '../../util/unstable-sort.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import type { ListenersView } from '../proxy-config/listeners.ts';
import { tabwriterTable } from '../tabwriter.ts';

/** How the reference's listener table is laid out. */
export interface CompatListenersOptions {
  /** One line a filter chain (the default) or one a listener. */
  readonly verbose: boolean;
  /** The hidden `--waypoint` view with the names of chains. */
  readonly waypoint?: boolean;
  /** A NAME column first, as in `proxy-config all`. */
  readonly prefix?: boolean;
}

/** The reference's listener table. */
export function compatListeners(answer: ListenersAnswer, options: CompatListenersOptions): string {
  const shown = answer.rows.filter((row) => row.state === 'active' || row.state === 'static');
  if (options.waypoint) return waypointTable(shown);
  const header = options.verbose
    ? ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION']
    : ['ADDRESSES', 'PORT', 'TYPE'];
  const rows = unstableSort(shown, isBefore).flatMap((row) => {
    const name = options.prefix ? [`listener/${row.name}`] : [];
    const place = [...name, addresses(row), String(row.addresses[0]?.port ?? 0)];
    if (!options.verbose) return [[...place, row.type]];
    return byDestination(chains(row)).map((chain) => [...place, chain.match, chain.destination]);
  });
  if (rows.length === 0 && answer.total === 0) return 'no listeners found\n';
  return tabwriterTable([options.prefix ? ['NAME', ...header] : header, ...rows], 1);
}

function addresses(row: ListenerRow): string {
  return row.internal ? '' : row.addresses.map((address) => address.host).join(',');
}

function isBefore(a: ListenerRow, b: ListenerRow): boolean {
  const [left, right] = [a.addresses[0], b.addresses[0]];
  const order =
    (left?.port ?? 0) - (right?.port ?? 0) ||
    compareText(left?.host ?? '', right?.host ?? '') ||
    compareText(a.type, b.type);
  return order < 0;
}

interface ChainCells {
  readonly name: string;
  readonly match: string;
  readonly destination: string;
}

function chains(row: ListenerRow): ChainCells[] {
  return row.chains.map(({ chain }) => ({
    name: chain.name,
    match: matchText(row, chain),
    destination: compatDestination(chain.raw),
  }));
}

function byDestination(cells: readonly ChainCells[]): ChainCells[] {
  return unstableSort(cells, (a, b) => a.destination > b.destination);
}

function matchText(row: ListenerRow, chain: FilterChain): string {
  const matcher = row.message['filter_chain_matcher'];
  return matcher === undefined ? compatChainMatch(chain.match) : matcherTreeText(matcher, chain.name);
}

function waypointTable(shown: readonly ListenerRow[]): string {
  const sorted = unstableSort(shown, (a, b) => (a.internal && b.internal ? a.name < b.name : isBefore(a, b)));
  const rows = sorted.flatMap((row) => {
    const only = row.chains.length === 1 && row.chains[0]?.chain.name === row.name;
    const listener = only ? 'internal' : `envoy://${row.name}`;
    return chains(row).map((chain) => [listener, chain.name, chain.match, chain.destination]);
  });
  return tabwriterTable([['LISTENER', 'CHAIN', 'MATCH', 'DESTINATION'], ...rows], 1);
}

/** Reports listeners in the reference's table. */
export const compatListenersReport = eachProxyCompat((answer: ListenersAnswer & ListenersView) =>
  compatListeners(answer, answer),
);
