import { describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';
const AMBIENT = '--from fixtures/meshes/ambient';

describe('logs', () => {
  it('says what failed and why, worst first, with commands that can be copied', async () => {
    const { stdout, exitCode, stderr } = await run(`logs deploy/storefront-v1.shop ${SHOP}`);
    expect(stdout.split('\n')[0]).toBe('✖ 20 of 72 requests failed, 13 refused or given up (13 causes)');
    const heads = stdout.split('\n').filter((line) => /^[✖!] .*to /.test(line));
    expect(heads[0]).toBe('✖ 503 NC ×5  to recommender.shop:80 (3), cart.shop:80 (2)');
    expect(heads.findIndex((line) => line.startsWith('!'))).toBeGreaterThan(
      heads.findLastIndex((line) => line.startsWith('✖')),
    );
    expect(stdout).toContain(
      'meshscope proxy-config path storefront-v1-6588479589-4ksqx.shop recommender.shop:80 --path /v2x --from fixtures/meshes/shop',
    );
    expect(stdout).toContain('✔ 39 answered');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('puts both ends of a call together and says how', async () => {
    const { stdout } = await run(`logs deploy/checkout-v1.payments --to svc/ledger.payments ${SHOP}`);
    expect(stdout).toMatch(/both ends joined: \d+ by connection/);
    expect(stdout).toContain('the connection was refused: no filter chain matches it');
    expect(stdout).toContain('told by ledger-v1-766c4b45bc-cj586.payments');
  });

  it('names the policy that denied raw TCP, which the caller can not see', async () => {
    const { stdout } = await run(`logs deploy/storefront-v1.shop --to svc/sessions.shop ${SHOP}`);
    expect(stdout).toContain('! connection refused ×6  to sessions.shop:6379');
    expect(stdout).toContain('denied by AuthorizationPolicy istio-system/no-admin, rule 0');
  });

  it('shows one request with the lines of both ends', async () => {
    const id = 'ae6406e9-11fb-9683-81c2-fa683d5f3311';
    const { stdout } = await run(
      `logs deploy/storefront-v1.shop --to svc/checkout.payments --request-id ${id} ${SHOP}`,
    );
    expect(stdout).toMatch(/^ {2}client storefront-v1\S+: 403 · after \d+ms · details via_upstream/m);
    expect(stdout).toMatch(/^ {2}server checkout-v1\S+: 403 .*rbac_access_denied_matched_policy/m);
  });

  it('filters by status, flag and path, and says when nothing matches', async () => {
    const counts = async (filter: string): Promise<{ requests: number }> =>
      JSON.parse((await run(`logs deploy/storefront-v1.shop ${filter} -o json ${SHOP}`)).stdout).counts;
    expect((await counts('--status 5xx')).requests).toBe(15);
    expect((await counts('--status 503 --flags nc')).requests).toBe(5);
    expect((await counts('--status >=500 --path /v2')).requests).toBe(3);
    const { stdout } = await run(`logs deploy/storefront-v1.shop --path /nowhere ${SHOP}`);
    expect(stdout).toContain('none of 72 requests matches');
  });

  it('reads all replicas, and only the range that is asked for', async () => {
    const { stdout } = await run(`logs -l app=storefront -n shop --since 1m -o json ${SHOP}`);
    const { logs, requests } = JSON.parse(stdout);
    expect(logs.map(({ pod }: { pod: string }) => pod)).toHaveLength(2);
    for (const { time } of requests) expect(time >= '2026-11-23T02:10:39').toBe(true);
    const tail = JSON.parse((await run(`logs deploy/cart-v1.shop --tail 1 -o json ${SHOP}`)).stdout);
    expect(tail.requests.length).toBeLessThanOrEqual(1);
  });

  it('gives one document with every request, flags in words', async () => {
    const { stdout } = await run(`logs deploy/storefront-v1.shop -o json ${SHOP}`);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ apiVersion: 'meshscope.io/v1', kind: 'AccessLogs', read: 72 });
    expect(answer.causes[0].flagMeanings.NC).toMatch(/cluster that this proxy does not have/);
    expect(answer.requests).toHaveLength(72);
    expect(answer.counts.failed + answer.counts.refused + answer.counts.answered).toBe(72);
  });

  it('never takes silence for health', async () => {
    const quiet = await run(`logs deploy/clinic-waypoint.clinic ${AMBIENT}`);
    expect(quiet.stdout).toContain('· no requests');
    expect(quiet.stdout).toContain('its access log is on; there is no request in the');
    const outside = await run(`logs deploy/mailer-v1.legacy ${SHOP}`);
    expect(outside.stdout).toContain('? no access log to judge from');
    expect(outside.stdout).not.toContain('none failed');
  });

  it('reads the ztunnel of the node for a pod without a sidecar', async () => {
    const { stdout } = await run(`logs deploy/courier-v1.pharmacy --to svc/billing.pharmacy ${AMBIENT}`);
    expect(stdout).toContain('denied: there is an ALLOW policy, and none of its rules matches the caller');
    expect(stdout).toContain('both ends joined: 1 by time and path');
  });

  it('ends --follow on a recording with a note', async () => {
    const { stdout, stderr, exitCode } = await run(`logs deploy/cart-v1.shop --follow ${SHOP}`);
    expect(stdout).not.toBe('');
    expect(stderr).toContain('is a recording, it does not grow: --follow ends');
    expect(exitCode).toBe(0);
  });

  it("keeps the proxy's own lines apart", async () => {
    const line = 'xdsproxy';
    expect((await run(`logs deploy/cart-v1.shop ${SHOP}`)).stdout).not.toContain(line);
    expect((await run(`logs deploy/cart-v1.shop --all ${SHOP}`)).stdout).toContain(line);
  });

  it('fits on a terminal of 80 columns', async () => {
    for (const target of [
      'deploy/storefront-v1.shop',
      'deploy/storefront-v1.shop --to svc/catalog.shop --lines',
    ]) {
      const { stdout } = await run(`logs ${target} ${SHOP} --color never`, { tty: { columns: 80 } });
      const long = stdout.split('\n').filter((text) => text.length > 80);
      expect(long).toEqual([]);
    }
  });

  it.each([
    ['logs', 'logs needs a pod or workload', 64],
    ['logs a -l app=b', 'give one of pod and --selector', 64],
    ['logs a --status 6xx', '"6xx" is no status', 64],
    ['logs a --flags UHH', 'is no response flag', 64],
    ['logs deploy/storfront-v1.shop', 'no Deployment "storfront-v1"', 66],
    ['logs deploy/cart-v1.shop --to svc/nosuch.shop', 'no Service "nosuch"', 66],
  ])('%s: %s', async (line, message, code) => {
    const { stderr, exitCode, stdout } = await run(`${line} ${SHOP}`);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
    expect(stdout).toBe('');
  });
});
