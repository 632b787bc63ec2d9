import { setTimeout as sleep } from 'node:timers/promises';
import { load, loadAll } from 'js-yaml';
import { afterEach, expect, it } from 'vitest';
import { type RunResult, run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';

interface Role {
  readonly kind: 'Role' | 'ClusterRole';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly object[];
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const USER = 'granted';
const NAME = 'e2e-printed';

describeLive('the printed roles', (bench) => {
  const admin = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const bound: string[] = [];

  function collection(role: Role, suffix: 's' | 'bindings'): string {
    const kind = `${role.kind.toLowerCase()}${suffix}`;
    const { namespace } = role.metadata;
    return namespace === undefined ? `${RBAC}/${kind}` : `${RBAC}/namespaces/${namespace}/${kind}`;
  }

  /** Gives the user exactly these roles. */
  async function bind(roles: readonly Role[]): Promise<void> {
    await unbind();
    for (const role of roles) {
      const metadata = { name: NAME };
      await bench.admin.create(collection(role, 's'), { metadata, rules: role.rules });
      const subjects = [{ kind: 'User', name: USER, apiGroup: 'rbac.authorization.k8s.io' }];
      const roleRef = { kind: role.kind, name: NAME, apiGroup: 'rbac.authorization.k8s.io' };
      await bench.admin.create(collection(role, 'bindings'), { metadata, subjects, roleRef });
      bound.push(`${collection(role, 's')}/${NAME}`, `${collection(role, 'bindings')}/${NAME}`);
    }
    // The API server's own view of roles follows in a moment.
    await sleep(400);
  }

  async function unbind(): Promise<void> {
    for (const path of bound.splice(0)) await bench.admin.delete(path);
  }
  afterEach(unbind);

  async function printed(words: readonly string[]): Promise<readonly Role[]> {
    const { stdout, stderr, exitCode } = await run([...words, ...admin, '--print-rbac']);
    expect([exitCode, stderr]).toEqual([0, '']);
    return loadAll(stdout) as Role[];
  }

  const asGranted = (words: readonly string[]): Promise<RunResult> =>
    run([...words, ...admin, '--as', USER, '--strict']);

  it.each([
    'proxy-status -A',
    'proxy-status -n shop',
    'proxy-status deploy/cart-v1.shop',
    'proxy-config cluster deploy/cart-v1 -n shop',
    'proxy-config cluster -l app=storefront -n shop',
    'proxy-config route svc/storefront.shop',
    'proxy-config log deploy/cart-v1.shop',
    'proxy-config path deploy/storefront-v1.shop cart.shop:80 -n shop',
    'authz check deploy/ledger-v1.payments',
    'rootca-compare',
    'rootca-compare -n shop',
    'version',
  ])('of %s are enough, and not one rule less', { timeout: 120_000 }, async (line) => {
    const words = line.split(' ');
    const roles = await printed(words);
    const wanted = await run([...words, ...admin, '--strict']);
    await bind(roles);
    const granted = await asGranted(words);
    expect(withoutAges(granted), granted.stderr).toEqual(withoutAges(wanted));
    for (const fewer of oneRuleLess(roles)) {
      await bind(fewer.roles);
      const result = await asGranted(words);
      const isNoticed = result.exitCode !== wanted.exitCode || result.stderr !== wanted.stderr;
      expect(isNoticed, `without ${JSON.stringify(fewer.rule)}: ${result.stderr}`).toBe(true);
    }
  });

  it('are made without asking the cluster, and are YAML that kubectl takes', async () => {
    const nowhere = ['--kubeconfig', '/nowhere', '--print-rbac'];
    const { stdout, exitCode } = await run(['proxy-config', 'cluster', 'a.b', ...nowhere]);
    expect(exitCode).toBe(0);
    expect(load(stdout)).toMatchObject({ kind: 'Role', metadata: { namespace: 'b' } });
  });
});

/** Each way to leave out one rule; rules that are used only after something failed are not among them. */
function oneRuleLess(roles: readonly Role[]): { readonly rule: object; readonly roles: readonly Role[] }[] {
  return roles.flatMap((role, index) =>
    role.rules
      .filter((rule) => !JSON.stringify(rule).includes('configmaps') || roles.length === 1)
      .map((rule) => ({
        rule,
        roles: roles.map((one, at) =>
          at === index ? { ...one, rules: one.rules.filter((other) => other !== rule) } : one,
        ),
      })),
  );
}

function withoutAges({ stdout, stderr, exitCode }: RunResult): object {
  const normal = (text: string): string =>
    text
      .replace(/not read: .*/g, 'not read')
      .replace(/\b\d+(?:\.\d+)?(?:ms|s|m|h|d)(?:\d+(?:s|m|h))?\b/g, 'AGE')
      .replace(/ {2,}/g, '  ');
  return { stdout: normal(stdout), stderr: normal(stderr), exitCode };
}
