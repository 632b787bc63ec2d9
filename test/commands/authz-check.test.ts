import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';

describe('authz check', () => {
  it('prints the policies of a pod and what meets unmatched traffic', async () => {
    const { stdout, stderr, exitCode } = await run(`authz check deploy/checkout-v1.payments ${SHOP}`);
    expect(stdout).toBe(
      [
        '✔ checkout-v1-76bc87fb69-vx5bv.payments: 2 policies enforced',
        '  ACTION  POLICY                     MODE      RULES  ON',
        '  DENY    istio-system/no-admin      enforced  1      HTTP 9080, other ports; TCP other ports',
        '  ALLOW   payments/checkout-callers  enforced  2      HTTP 9080, other ports; TCP other ports',
        '  unmatched  HTTP 9080, other ports; TCP other ports: denied (an ALLOW policy is there)',
        '',
      ].join('\n'),
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('prints the table of the reference under --compat, also by the reference name', async () => {
    const { stdout } = await run(`x authz check ledger-v1-766c4b45bc-cj586.payments --compat ${SHOP}`);
    expect(stdout).toBe(
      [
        'ACTION   AuthorizationPolicy         RULES',
        'DENY     no-admin.istio-system       1',
        'ALLOW    _anonymous_match_nothing_   1',
        'ALLOW    ledger-writers.payments     1',
        '',
      ].join('\n'),
    );
  });

  it('reads a dump from a file or stdin without any mesh', async () => {
    const fromFile = await run('authz check -f fixtures/envoy/authz/fraud-v1.json');
    expect(fromFile.stdout).toContain('1 policy enforced, 1 as a dry run');
    const stdin = await readFile(join(ROOT, 'fixtures/envoy/authz/fraud-v1.json'));
    const fromStdin = await run('authz check -f - --compat', { stdin });
    expect(fromStdin.stdout).toContain('DENY     no-admin.istio-system   1\n');
  });

  it.each([60, 80, 120])('never cuts a rule on a terminal of %i columns', async (columns) => {
    const line = `authz check deploy/checkout-v1.payments --rules ${SHOP}`;
    const wide = await run(line);
    const { stdout } = await run(line, { tty: { columns } });
    const rules = (text: string) => text.slice(text.indexOf('\n\n')).replace(/\s+/g, ' ');
    expect(rules(stdout)).not.toContain('…');
    expect(rules(stdout)).toBe(rules(wide.stdout));
    const words = stdout.slice(stdout.indexOf('\n\n')).split('\n');
    expect(words.filter((one) => one.length > columns)).toEqual([]);
  });

  it('gives its own answer as JSON', async () => {
    const { stdout } = await run(`authz check deploy/sessions-v1.shop -o json ${SHOP}`);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'meshscope.io/v1',
      kind: 'AuthzPolicies',
      compared: { ok: true },
      problems: [{ level: 'warn', kind: 'wider-on-tcp', policy: 'istio-system/no-admin' }],
    });
  });

  it.each([
    ['authz check', 0],
    ['authz check a b', 2],
    ['authz check a -f b', 2],
  ])('refuses `%s`', async (line, found) => {
    const { stderr, exitCode } = await run(line);
    expect(exitCode).toBe(64);
    if (!line.endsWith('a b')) expect(stderr).toContain(`found: ${found}`);
  });

  it('says why a pod without a proxy process can not be read', async () => {
    const { stderr, exitCode } = await run(`authz check deploy/wishlist-v1.shop ${SHOP}`);
    expect(exitCode).toBe(66);
    expect(stderr).toContain('no proxy process answered in the pod');
  });
});
