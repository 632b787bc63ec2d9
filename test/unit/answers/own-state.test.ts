import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OwnState, ownProblems, ownState } from '../../../src/answers/own-state.ts';
import { openDumpBytes } from '../../../src/envoy/dump.ts';
import type { ProxyPod } from '../../../src/kube/proxy-pod.ts';
import { ROOT } from '../../helpers/run.ts';

const NOW = new Date('2026-11-23T02:11:39Z');
const SHOP = join(ROOT, 'fixtures/meshes/shop/clusters/demo/proxies/shop');
const POD: ProxyPod = {
  proxyId: 'search-v1.shop',
  name: 'search-v1',
  namespace: 'shop',
  type: 'sidecar',
  labels: {},
  phase: 'Running',
};
const CONTEXT = { now: NOW, envoyFilters: [], rootNamespace: 'istio-system' };

async function recorded(pod: string, changes: object = {}): Promise<OwnState> {
  const page = (name: string): Buffer => readFileSync(join(SHOP, pod, name));
  const pages = {
    dump: await openDumpBytes(page('config_dump.json'), pod),
    serverInfo: JSON.parse(page('server_info.json').toString('utf8')) as unknown,
    certs: JSON.parse(page('certs.json').toString('utf8')) as unknown,
    ...changes,
  };
  return ownState(pages, NOW);
}

const problemsOf = (own: OwnState) => ownProblems(POD, own, 'no access to istiod', CONTEXT);

describe('what an Envoy says of itself', () => {
  it('is never that it is in sync: a healthy one is unknown, with what is well', async () => {
    const [only, ...others] = problemsOf(await recorded('cart-v1-db9689b57-djzwj'));
    expect(others).toEqual([]);
    expect(only?.kind).toBe('unknown');
    expect(only?.detail).toMatch(
      /^no access to istiod; Envoy is live, configuration last changed \S+ ago, certificate valid for 23h$/,
    );
  });

  it('shows the listener that it refused, since when and why, before all else', async () => {
    const own = await recorded('search-v1-7c78d66565-qzbbl');
    const [first, second] = problemsOf(own);
    expect(first).toMatchObject({
      kind: 'rejected',
      types: ['LDS'],
      since: expect.stringMatching(/^2026-11-23T/),
    });
    expect(first?.detail).toContain("no implementation for 'shop.compressor'");
    expect(second).toMatchObject({ kind: 'unknown', brief: 'sync unknown' });
    expect(own.ok && own.types.map(({ status }) => status)).toEqual(['UNKNOWN', 'ERROR', 'UNKNOWN']);
  });

  it.each([
    ['PRE_INITIALIZING', 'Envoy is PRE_INITIALIZING: it waits for its first configuration'],
    ['DRAINING', 'Envoy is DRAINING'],
  ])('tells that it is %s', async (state, detail) => {
    const [first] = problemsOf(await recorded('cart-v1-db9689b57-djzwj', { serverInfo: { state } }));
    expect(first).toMatchObject({ kind: 'not-live', detail });
  });

  it.each([
    ['2026-11-22T00:00:00Z', '2026-11-23T02:00:39Z', 'spiffe://a expired 11m ago'],
    ['2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z', 'spiffe://a is not valid before 2026-11-24T00:00:00Z'],
  ])('tells of a certificate from %s to %s', async (valid_from, expiration_time, detail) => {
    const chain = [{ subject_alt_names: [{ uri: 'spiffe://a' }], valid_from, expiration_time }];
    const certs = { certificates: [{ cert_chain: chain }] };
    const [first] = problemsOf(await recorded('cart-v1-db9689b57-djzwj', { certs }));
    expect(first).toMatchObject({ kind: 'certificate-invalid', detail });
  });

  it('that could not be asked is unknown, with the reason', () => {
    const [only] = problemsOf({ ok: false, reason: 'connection refused' });
    expect(only?.detail).toBe('no access to istiod, and its Envoy could not be asked: connection refused');
  });

  it('never breaks a judgement, whatever its pages hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (serverInfo, certs) => {
        const problems = problemsOf(ownState({ dump: undefined, serverInfo, certs }, NOW));
        expect(problems.some(({ kind }) => kind === 'unknown')).toBe(true);
      }),
    );
  });
});
