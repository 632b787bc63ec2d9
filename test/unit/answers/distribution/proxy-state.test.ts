import { describe, expect, it } from 'vitest';
import type { WaitKind } from '../../../../src/answers/distribution/kinds.ts';
import { waitKind } from '../../../../src/answers/distribution/kinds.ts';
import { objectVersion } from '../../../../src/answers/distribution/object-version.ts';
import { reachOf } from '../../../../src/answers/distribution/proxy-state.ts';
import type { ProxySync, TypeSync } from '../../../../src/istiod/sync.ts';
import { TYPE_URL } from '../../../../src/istiod/xds-types.ts';

const CHANGED = Date.parse('2026-11-23T02:00:00Z');
const CHANGED_AGAIN = { generation: 2, changed: CHANGED, isFirst: false };
const FIRST = { generation: 1, changed: CHANGED, isFirst: true };
const HERE = { resources: ['route 80'], updated: CHANGED - 60_000 };
const NOTHING = { resources: [], updated: undefined };

function kind(word: string): WaitKind {
  const found = waitKind(word);
  if (found === undefined) throw new Error(word);
  return found;
}

function sync(...types: Partial<TypeSync>[]): ProxySync {
  return {
    proxyId: 'a.shop',
    cluster: 'c',
    namespace: 'shop',
    version: '1',
    type: 'sidecar',
    istiod: 'i',
    types: types.map((type) => ({ typeUrl: TYPE_URL.route, status: 'SYNCED', ...type })),
  };
}

const later = (seconds: number): string => new Date(CHANGED + seconds * 1000).toISOString();

describe('an object in a proxy', () => {
  const reach = (
    of: ProxySync | undefined,
    effect: typeof HERE | typeof NOTHING | string,
    version = CHANGED_AGAIN,
  ) => reachOf({ sync: of, isZtunnel: false, effect }, kind('vs'), version).state;

  it('that was never changed is live where it is found', () => {
    expect(reach(sync(), HERE, FIRST)).toBe('live');
  });

  it('that was changed is live only after a push from then on was acknowledged', () => {
    expect(reach(sync({ ackedPush: later(0) }), HERE)).toBe('live');
    expect(reach(sync({ ackedPush: later(-1) }), HERE)).toBe('pending');
    expect(reach(sync({ lastSent: later(1) }), HERE)).toBe('live');
    expect(reach(sync(), { resources: ['route 80'], updated: CHANGED + 1 })).toBe('live');
  });

  it('is stale where the last push was not acknowledged', () => {
    expect(reach(sync({ status: 'STALE', ackedPush: later(-5) }), HERE)).toBe('stale');
    expect(reach(sync({ status: 'STALE' }), NOTHING)).toBe('stale');
  });

  it('is rejected where the type that carries it was refused, with the words of Envoy', () => {
    const refused = sync({ status: 'ERROR', error: 'error adding route(s) 80: no such thing' });
    expect(reach(refused, NOTHING)).toBe('rejected');
    const { why, error } = reachOf({ sync: refused, isZtunnel: false, effect: NOTHING }, kind('vs'), FIRST);
    expect(why).toContain('RDS');
    expect(error).toBe('error adding route(s) 80: no such thing');
  });

  it('is not rejected by the refusal of a type that does not carry it', () => {
    const refused = sync({ typeUrl: TYPE_URL.cluster, status: 'ERROR' });
    expect(reach(refused, NOTHING, FIRST)).toBe('pending');
  });

  it('is not rejected by a refusal from before the change, which was of something else', () => {
    const before = sync({ status: 'ERROR', error: 'no', lastSent: later(-60) });
    const { state, why } = reachOf({ sync: before, isZtunnel: false, effect: NOTHING }, kind('vs'), FIRST);
    expect(state).toBe('pending');
    expect(why).toBe('no push since the change; it refuses RDS since before');
    expect(reach(sync({ status: 'ERROR', error: 'no', lastSent: later(1) }), NOTHING)).toBe('rejected');
  });

  it('is not for a proxy that took the change and holds nothing of it', () => {
    expect(reach(sync({ ackedPush: later(3) }), NOTHING)).toBe('not-selected');
    expect(reach(sync({ ackedPush: later(-3) }), NOTHING)).toBe('pending');
  });

  it('is unknown where the proxy can not be read, and where no time of the change is known', () => {
    expect(reach(sync(), 'forbidden')).toBe('unknown');
    expect(reach(sync(), HERE, { generation: 3, changed: undefined, isFirst: false } as never)).toBe(
      'unknown',
    );
  });

  it('is not there where no istiod knows the proxy', () => {
    expect(reach(undefined, NOTHING)).toBe('not-connected');
  });

  it('of a kind that leaves no mark is live with the push that brought it', () => {
    const types = sync({ typeUrl: TYPE_URL.listener, ackedPush: later(1) });
    const state = (of: ProxySync) =>
      reachOf({ sync: of, isZtunnel: false, effect: undefined }, kind('pa'), FIRST).state;
    expect(state(types)).toBe('live');
    expect(state(sync({ typeUrl: TYPE_URL.listener, ackedPush: later(-1) }))).toBe('pending');
  });
});

describe('the version of an object', () => {
  const metadata = { name: 'a', namespace: 'b', creationTimestamp: '2026-11-23T01:00:00Z' };
  const object = (more: object) => ({ apiVersion: 'v1', kind: 'K', metadata: { ...metadata, ...more } });

  it('of a first generation is as old as the object', () => {
    expect(objectVersion(object({ generation: 1 }))).toMatchObject({
      isFirst: true,
      changed: Date.parse('2026-11-23T01:00:00Z'),
    });
  });

  it('of a later one is as old as its last writer, status aside', () => {
    const managedFields = [
      { manager: 'kubectl', time: '2026-11-23T01:30:00Z' },
      { manager: 'istiod', subresource: 'status', time: '2026-11-23T01:40:00Z' },
    ];
    expect(objectVersion(object({ generation: 4, managedFields })).changed).toBe(
      Date.parse('2026-11-23T01:30:00Z'),
    );
  });

  it('of a later one without writers has no known age', () => {
    expect(objectVersion(object({ generation: 4 })).changed).toBeUndefined();
  });
});
