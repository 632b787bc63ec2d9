import { parseNack } from '../../istiod/nack.ts';
import type { ProxySync, TypeSync } from '../../istiod/sync.ts';
import { sentMs } from '../../istiod/sync.ts';
import { shortTypeName } from '../../istiod/xds-types.ts';
import type { MtlsMode } from '../../security/server-mtls.ts';
import type { FoundEffect } from './effect.ts';
import type { WaitKind } from './kinds.ts';
import type { ObjectVersion } from './object-version.ts';

/**
 * How far an object is in one proxy. `not-selected`: it is not for this proxy. `unknown`: the proxy or its istiod can't
 * be read.
 */
export type ReachState =
  | 'live'
  | 'pending'
  | 'stale'
  | 'rejected'
  | 'not-connected'
  | 'not-selected'
  | 'unknown';

/** The state of one proxy and why. */
export interface Reach {
  readonly state: ReachState;
  readonly why: string;
  /** Of a refusal: Envoy's own words. */
  readonly error?: string | undefined;
}

/** What is known of one proxy. */
export interface Observed {
  /** What istiod says of it; absent when no istiod knows it. */
  readonly sync: ProxySync | undefined;
  readonly isZtunnel: boolean;
  /** What was found in its configuration; a text says why that could not be read. */
  readonly effect: FoundEffect | string | undefined;
}

/** How far the object is in a proxy that it may be for. */
export function reachOf(
  { sync, isZtunnel, effect }: Observed,
  kind: WaitKind,
  version: ObjectVersion,
): Reach {
  if (sync === undefined) return { state: 'not-connected', why: 'no istiod knows this proxy' };
  const names = isZtunnel ? kind.ztunnelTypes : kind.types;
  const types = sync.types.filter(({ typeUrl }) => names.includes(shortTypeName(typeUrl)));
  const push = pushState(types, version);
  if (kind.effect === 'sync') return bySync(push, types, version);
  if (typeof effect === 'string') return { state: 'unknown', why: effect };
  if (effect === undefined) return { state: 'unknown', why: 'its configuration was not read' };
  return effect.resources.length > 0 ? found(effect, push, version) : lacking(push, version);
}

/** How far an mTLS mode is in a sidecar, by what its inbound listener takes. */
export function reachOfMode(
  sync: ProxySync,
  kind: WaitKind,
  version: ObjectVersion,
  modes: { readonly has: MtlsMode; readonly wants: MtlsMode },
): Reach {
  if (modes.has === modes.wants) return { state: 'live', why: `its inbound listener is ${modes.has}` };
  const types = sync.types.filter(({ typeUrl }) => kind.types.includes(shortTypeName(typeUrl)));
  const push = pushState(types, version);
  if (push.refusal) return rejected(push.refusal);
  if (push.stale.length > 0) return { state: 'stale', why: staleText(push) };
  return { state: 'pending', why: `its inbound listener is ${modes.has}, not ${modes.wants}` };
}

/** What the types that carry the object say: the refusal, what is not acknowledged, or the newest acknowledged push. */
interface PushState {
  /** The refusal of a push from after the change: an older one was of something else. */
  readonly refusal: { readonly type: string; readonly error: string } | undefined;
  /** Types that are refused since before the change. */
  readonly refusedBefore: readonly string[];
  readonly stale: readonly string[];
  readonly isCaughtUp: boolean;
}

function pushState(types: readonly TypeSync[], { changed }: ObjectVersion): PushState {
  const errors = types.filter(({ status }) => status === 'ERROR');
  const isOld = (type: TypeSync): boolean =>
    changed !== undefined && (sentMs(type) ?? Number.POSITIVE_INFINITY) < changed;
  const refused = errors.find((type) => !isOld(type));
  const acked = types.filter(({ status }) => status === 'SYNCED').flatMap((type) => ackedAt(type) ?? []);
  return {
    refusal: refused && {
      type: shortTypeName(refused.typeUrl),
      error: refused.error ?? 'istiod keeps no reason',
    },
    refusedBefore: errors.filter(isOld).map(({ typeUrl }) => shortTypeName(typeUrl)),
    stale: types.filter(({ status }) => status === 'STALE').map(({ typeUrl }) => shortTypeName(typeUrl)),
    isCaughtUp: changed !== undefined && acked.some((at) => at >= changed),
  };
}

/** The time of the push that was acknowledged last; of a type in sync that is the one sent last. */
function ackedAt(type: TypeSync): number | undefined {
  const push = Date.parse(type.ackedPush ?? '');
  return Number.isNaN(push) ? sentMs(type) : push;
}

function found({ resources, updated }: FoundEffect, push: PushState, version: ObjectVersion): Reach {
  const where = `${resources[0]}${resources.length > 1 ? ` and ${resources.length - 1} more` : ''}`;
  const isNew =
    version.isFirst ||
    // A kind without generations: that it is there is all that can be told.
    (version.generation === undefined && version.changed === undefined) ||
    push.isCaughtUp ||
    (updated !== undefined && version.changed !== undefined && updated >= version.changed);
  if (isNew) return { state: 'live', why: where };
  if (push.refusal) return rejected(push.refusal);
  if (push.stale.length > 0)
    return { state: 'stale', why: `${staleText(push)}; it may use an older version` };
  if (version.changed === undefined) {
    return { state: 'unknown', why: `${where} carries it; which version of it is not known` };
  }
  return { state: 'pending', why: 'it uses an older version: no push since the change' };
}

function lacking(push: PushState, version: ObjectVersion): Reach {
  if (push.refusal) return rejected(push.refusal);
  if (push.stale.length > 0) return { state: 'stale', why: staleText(push) };
  if (push.isCaughtUp) {
    return {
      state: 'not-selected',
      why: 'it took a push from after the change that holds nothing of the object',
    };
  }
  if (version.changed === undefined) {
    return { state: 'not-selected', why: 'it is in sync with istiod, which gives it nothing of the object' };
  }
  return { state: 'pending', why: pendingText(push) };
}

function bySync(push: PushState, types: readonly TypeSync[], version: ObjectVersion): Reach {
  if (push.refusal) return rejected(push.refusal);
  if (push.stale.length > 0) return { state: 'stale', why: staleText(push) };
  if (types.length === 0)
    return { state: 'not-selected', why: 'it subscribes to no type that carries the object' };
  if (version.changed === undefined)
    return { state: 'unknown', why: 'when the object was changed is not known' };
  if (push.isCaughtUp) return { state: 'live', why: 'acknowledged a push from after the change' };
  return { state: 'pending', why: pendingText(push) };
}

function rejected({ type, error }: NonNullable<PushState['refusal']>): Reach {
  const [first] = parseNack(error);
  const what = first === undefined ? 'no reason given' : first.reason;
  const where = first?.name === undefined ? type : `${type} (${first.name})`;
  return { state: 'rejected', why: `${where}: ${what}`, error };
}

function pendingText({ refusedBefore }: PushState): string {
  const before = refusedBefore.length === 0 ? '' : `; it refuses ${refusedBefore.join(', ')} since before`;
  return `no push since the change${before}`;
}

function staleText({ stale }: PushState): string {
  return `did not acknowledge the last push of ${stale.join(', ')}`;
}
