import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/commands/index.ts';
import { run } from '../../helpers/run.ts';

interface Role {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

async function rolesOf(line: string): Promise<readonly Role[]> {
  const { stdout, stderr, exitCode } = await run(`${line} --print-rbac`);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return (loadAll(stdout) as (Role | null | undefined)[]).filter(
    (role) => role !== null && role !== undefined,
  );
}

/** `list pods in shop` for each verb and resource of the roles. */
async function rights(line: string): Promise<readonly string[]> {
  const roles = await rolesOf(line);
  return roles.flatMap(({ metadata, rules }) =>
    rules.flatMap(({ verbs, resources, resourceNames }) =>
      verbs.flatMap((verb) =>
        resources.map((resource) => {
          const name = resourceNames === undefined ? '' : ` ${resourceNames.join('|')}`;
          return `${verb} ${resource}${name} in ${metadata.namespace ?? 'all'}`;
        }),
      ),
    ),
  );
}

describe('--print-rbac', () => {
  it.each([
    ['proxy-config cluster cart.shop', ['list pods in shop', 'create pods/portforward in shop']],
    ['proxy-config cluster', ['list pods in default', 'create pods/portforward in default']],
    [
      'proxy-config cluster deploy/cart -n shop',
      ['list pods in shop', 'create pods/portforward in shop', 'list deployments in shop'],
    ],
    ['proxy-config cluster -l app=cart', ['list pods in all', 'create pods/portforward in all']],
    ['proxy-config cluster -l app=cart -n shop', ['list pods in shop', 'create pods/portforward in shop']],
    [
      'proxy-config diff a.shop b.payments',
      ['payments', 'shop'].flatMap((name) => [`list pods in ${name}`, `create pods/portforward in ${name}`]),
    ],
    ['version -i mesh', ['list pods in mesh', 'create pods/portforward in mesh']],
    [
      'rootca-compare -n shop',
      ['list pods in shop', 'create pods/portforward in shop', 'list configmaps istio-ca-root-cert in shop'],
    ],
    ['proxy-config cluster --file dump.json', []],
    ['proxy-config cluster --admin-url http://127.0.0.1:15000', []],
    ['proxy-config cluster --ssh vm-1', []],
    ['proxy-config diff a.json b.json', []],
    ['version --remote=false', []],
    ['explain MSH0001', []],
  ])('%s', async (line, wanted) => {
    expect(new Set(await rights(line))).toEqual(new Set(wanted));
  });

  it('names a namespace that only looks like something else as text', async () => {
    const { stdout } = await run(['proxy-config', 'cluster', 'a.1e3', '--print-rbac']);
    expect((loadAll(stdout) as Role[])[0]?.metadata.namespace).toBe('1e3');
  });

  it('stays a comment whatever the arguments hold', async () => {
    const { stdout } = await run(['proxy-config', 'cluster', 'a\nkind: Secret', '--print-rbac']);
    expect(stdout.split('\n').filter((line) => line.startsWith('kind: '))).toEqual(['kind: Role']);
  });

  it.each(COMMANDS.commands.map((entry) => [entry.name, entry] as const))(
    'of %s lets it read what it needs: a command that needs a part of the mesh asks for something',
    async (name, entry) => {
      const { command } = await entry.load();
      if (command.needs.length === 0 && command.rights === undefined) return;
      const required = command.args.filter((argument) => argument.required).map(() => 'cart.shop');
      expect((await rights([name, ...required].join(' '))).length).toBeGreaterThan(0);
    },
  );
});
