import { compareText } from '../../util/text.ts';
import type { ObjectVersion } from './object-version.ts';
import type { Reach, ReachState } from './proxy-state.ts';

/** How many proxies must have the object: a share, or a number. */
export interface Goal {
  readonly percent: number | undefined;
  readonly count: number | undefined;
}

/** One proxy and how far the object is in it. */
export interface ProxyReach extends Reach {
  readonly proxy: string;
  readonly cluster: string | undefined;
}

/** The answer of `wait`. */
export interface Distribution {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'Distribution';
  readonly object: {
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
    readonly generation: number | undefined;
    /** RFC 3339; when it was last changed. */
    readonly changed: string | undefined;
    readonly exists: boolean;
  };
  readonly for: 'distribution' | 'delete';
  /** `failed`: it can't be reached any more unless something changes. */
  readonly verdict: 'reached' | 'not-yet' | 'failed';
  readonly reason: string;
  readonly needed: number;
  readonly reached: number;
  /** Proxies that the object is for, as far as is known. */
  readonly concerned: number;
  readonly proxies: readonly ProxyReach[];
  /** Whether it was waited until the time was up. */
  readonly timedOut: boolean;
}

const FINAL: ReadonlySet<ReachState> = new Set(['rejected', 'not-connected', 'unknown']);
const ORDER: readonly ReachState[] = [
  'rejected',
  'not-connected',
  'unknown',
  'stale',
  'pending',
  'live',
  'not-selected',
];

/** The verdict on an object that should be in every proxy that it is for. */
export function distribution(
  object: { readonly kind: string; readonly name: string; readonly namespace: string },
  version: ObjectVersion,
  goal: Goal,
  proxies: readonly ProxyReach[],
): Distribution {
  const concerned = proxies.filter(({ state }) => state !== 'not-selected');
  const reached = concerned.filter(({ state }) => state === 'live').length;
  const possible = concerned.filter(({ state }) => !FINAL.has(state)).length;
  const needed = goal.count ?? Math.ceil(((goal.percent ?? 100) / 100) * concerned.length);
  const verdict =
    concerned.length > 0 && reached >= needed
      ? 'reached'
      : canStill(concerned, possible, needed)
        ? 'not-yet'
        : 'failed';
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'Distribution',
    object: { ...object, generation: version.generation, changed: timeText(version.changed), exists: true },
    for: 'distribution',
    verdict,
    reason: reasonText(verdict, concerned, reached, needed),
    needed,
    reached,
    concerned: concerned.length,
    proxies: [...proxies].sort(compareReach),
    timedOut: false,
  };
}

/** A refusal stands until something changes; what can't be read or is not connected may come back. */
function canStill(concerned: readonly ProxyReach[], possible: number, needed: number): boolean {
  return possible >= needed || concerned.every(({ state }) => state !== 'rejected');
}

/** The verdict on an object that should be gone from every proxy. */
export function removal(
  object: { readonly kind: string; readonly name: string; readonly namespace: string },
  exists: boolean,
  goal: Goal,
  proxies: readonly ProxyReach[],
): Distribution {
  const reached = proxies.filter(({ state }) => state === 'live').length;
  const needed = goal.count ?? Math.ceil(((goal.percent ?? 100) / 100) * proxies.length);
  const isGone = !exists && reached >= needed;
  const held = proxies.length - reached;
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'Distribution',
    object: { ...object, generation: undefined, changed: undefined, exists },
    for: 'delete',
    verdict: isGone ? 'reached' : 'not-yet',
    reason: exists
      ? 'the object is still there'
      : isGone
        ? `gone from ${reached} of ${proxies.length} proxies`
        : `${held} of ${proxies.length} proxies still use it or could not be read`,
    needed,
    reached,
    concerned: proxies.length,
    proxies: [...proxies].sort(compareReach),
    timedOut: false,
  };
}

function reasonText(
  verdict: Distribution['verdict'],
  concerned: readonly ProxyReach[],
  reached: number,
  needed: number,
): string {
  const total = concerned.length;
  if (total === 0) return 'no proxy uses it';
  const rejected = concerned.filter(({ state }) => state === 'rejected').length;
  const count = `live in ${reached} of ${total} ${total === 1 ? 'proxy' : 'proxies'}`;
  const wanted = needed === total || verdict === 'reached' ? '' : ` (${needed} are asked for)`;
  return rejected === 0 ? `${count}${wanted}` : `${count}${wanted}, rejected by ${rejected}`;
}

function compareReach(a: ProxyReach, b: ProxyReach): number {
  return ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || compareText(a.proxy, b.proxy);
}

function timeText(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
}
