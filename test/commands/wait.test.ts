import { describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';

describe('wait on a recording', () => {
  it('answers once how far the object is, and which proxies lack it', async () => {
    const { stdout, exitCode } = await run(`wait virtualservice/wishlist.shop ${SHOP}`);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '! VirtualService shop/wishlist is not distributed: live in 10 of 12 proxies',
      '  generation 1, last changed 2026-11-23T02:11:01Z (38s ago)',
      '  PROXY                              STATE          DETAIL',
      '✖ wishlist-v1-84c6b7d679-xdvp4.shop  not connected  no istiod knows this proxy',
      '! sessions-v1-6874b7b959-jhzmt.shop  stale          did not acknowledge the last push of LDS, RDS',
      '✔ live in 10 proxies',
      '· 1 proxy is not concerned by this VirtualService',
    ]);
    expect(exitCode).toBe(1);
  });

  it('is content with a share or a number of proxies', async () => {
    expect((await run(`wait vs wishlist.shop --proxies 80% ${SHOP}`)).exitCode).toBe(0);
    expect((await run(`wait vs wishlist.shop --proxies 10 ${SHOP}`)).exitCode).toBe(0);
    expect((await run(`wait vs wishlist.shop --proxies 11 ${SHOP}`)).exitCode).toBe(1);
  });

  it('looks at the proxies that are asked for alone', async () => {
    const { stdout, exitCode } = await run(`wait vs/wishlist.shop -l app=cart ${SHOP}`);
    expect(stdout).toContain('is distributed: live in 1 of 1 proxy');
    expect(exitCode).toBe(0);
  });

  it('prints why a proxy refused it, and what is to blame', async () => {
    const { stdout, exitCode } = await run(`wait ef/search-compressor.shop -o json ${SHOP}`);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ kind: 'Distribution', verdict: 'failed', concerned: 1 });
    expect(answer.proxies[0]).toMatchObject({ state: 'rejected' });
    expect(answer.proxies[0].why).toContain('it comes from EnvoyFilter shop/search-compressor');
    expect(answer.proxies[0].error).toContain("Didn't find a registered implementation");
    expect(exitCode).toBe(1);
  });

  it.each([
    ['ap/no-admin.istio-system', 'live in 11 of 13'],
    ['dr/ledger.payments', 'live in 4 of 6'],
    ['svc/cart.shop', 'live in 12 of 13'],
    ['gw/public.edge', 'live in 1 of 1'],
    ['pa/default.istio-system', 'live in 10 of 12'],
  ])('finds the effect of %s', async (object, text) => {
    expect((await run(`wait ${object} ${SHOP}`)).stdout).toContain(text);
  });

  it('waits for what is gone, too', async () => {
    const there = await run(`wait --for=delete vs/cart.shop -l app=cart ${SHOP}`);
    expect(there.stdout).toContain('is not gone: the object is still there');
    expect(there.exitCode).toBe(1);
    const gone = await run(`wait --for=delete vs/old.shop -l app=cart ${SHOP}`);
    expect(gone.stdout).toContain('VirtualService shop/old is gone: gone from 1 of 1 proxies');
    expect(gone.exitCode).toBe(0);
  });

  it.each([
    ['wait', 64],
    ['wait vs', 64],
    ['wait foo/bar', 64],
    ['wait vs/cart.shop --proxies 0', 64],
    ['wait vs/cart.shop --proxies 101%', 64],
    ['wait vs/nosuch.shop', 66],
    ['wait vs/cart.shop -l app=nosuch', 66],
  ])('%s ends with %i', async (line, code) => {
    const { exitCode, stdout } = await run(`${line} ${SHOP}`);
    expect(exitCode).toBe(code);
    expect(stdout).toBe('');
  });
});
