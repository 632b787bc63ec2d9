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

const PODS = (namespace: string): readonly string[] => [
  `list pods in ${namespace}`,
  `create pods/portforward in ${namespace}`,
];

/** Arguments of commands that check more than their number. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  wait: ['virtualservice/cart.shop'],
};

const INJECTION: readonly string[] = [
  'list mutatingwebhookconfigurations in all',
  'list namespaces in all',
  'list configmaps in istio-system',
  'list pods in istio-system',
  'list services in istio-system',
];

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
    [
      'logs deploy/a.shop --to svc/b.payments',
      [
        ...['shop', 'payments'].flatMap((name) => [
          `list pods in ${name}`,
          `get pods/log in ${name}`,
          `list services in ${name}`,
          `create pods/portforward in ${name}`,
        ]),
        'list deployments in shop',
      ],
    ],
    [
      'wait virtualservice/cart.shop -n shop',
      [
        ...PODS('shop'),
        ...PODS('istio-system'),
        'list virtualservices in shop',
        'list envoyfilters in shop',
        'list envoyfilters in istio-system',
      ],
    ],
    ['envoy-stats deploy/cart.shop', [...PODS('shop'), 'list deployments in shop']],
    ['ztunnel-config certificate', PODS('istio-system')],
    ['ztunnel-config log --node ward-1 -i mesh', PODS('mesh')],
    [
      'ztunnel-config workload',
      ['create pods/portforward in istio-system', 'list pods in all', 'list namespaces in all'],
    ],
    ['ztunnel-config workload --compat', PODS('istio-system')],
    ['ztunnel-config policy', [...PODS('istio-system'), 'list authorizationpolicies in all']],
    ['ztunnel-config connections reception.clinic', [...PODS('istio-system'), 'list pods in clinic']],
    ['ztunnel-config all --file ztunnel.json', []],
    ['waypoint list -n clinic', ['list gateways in clinic']],
    ['waypoint list', ['list gateways in all']],
    ['tag list', INJECTION],
    ['injector list -n shop', [...INJECTION, 'list pods in shop']],
    ['check-inject cart.shop', [...INJECTION, 'list pods in shop']],
    ['check-inject -l app=cart', INJECTION],
    ['internal-debug syncz', PODS('istio-system')],
    ['internal-debug --list', []],
    ['remote-clusters', PODS('istio-system')],
    ['metrics cart.shop', PODS('istio-system')],
    ['metrics cart.shop -n monitoring', PODS('monitoring')],
    ['metrics cart.shop --prometheus-url http://localhost:9090', []],
    ['dashboard kiali', PODS('istio-system')],
    ['dashboard grafana -n monitoring', PODS('monitoring')],
    ['dashboard controlz', PODS('istio-system')],
    ['dashboard istiod-debug istiod-1.mesh', PODS('mesh')],
    ['dashboard envoy cart.shop', PODS('shop')],
    ['dashboard proxy -l app=cart', PODS('all')],
    ['dashboard ztunnel', PODS('istio-system')],
    ['admin log --level debug', PODS('istio-system')],
    ['proxy-config log cart.shop --level debug', PODS('shop')],
    [
      'workload entry configure --name vm -n shop -o files --ingressIP 192.0.2.1',
      [
        'list workloadgroups in shop',
        'list mutatingwebhookconfigurations in all',
        'list configmaps istio in istio-system',
        'list configmaps istio-sidecar-injector in istio-system',
        'list configmaps istio-ca-root-cert in shop',
      ],
    ],
    ['explain MSH0001', []],
  ])('%s', async (line, wanted) => {
    expect(new Set(await rights(line))).toEqual(new Set(wanted));
  });

  it('of describe is about the whole mesh and istiod, or with -n about two namespaces and not istiod', async () => {
    const wide = await rights('describe pod cart.shop');
    expect(wide).toContain('list virtualservices in all');
    expect(wide).toContain('list namespaces in all');
    expect(wide).toContain('create pods/portforward in shop');
    expect(wide).toContain('create pods/portforward in istio-system');
    const narrow = await rights('describe service svc/cart -n shop');
    expect(narrow).toContain('list virtualservices in shop');
    expect(narrow).toContain('list authorizationpolicies in istio-system');
    expect(narrow.filter((right) => / in all$|namespaces|portforward/.test(right))).toEqual([]);
  });

  it('of waypoint status names the kinds in which a waypoint may be named', async () => {
    const all = await rights('waypoint status -n clinic');
    expect(all).toContain('list workloadentries in clinic');
    expect(all).toContain('list gateways in all');
    expect(all).toContain('create pods/portforward in clinic');
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
      const words =
        WORDS[name] ?? command.args.filter((argument) => argument.required).map(() => 'cart.shop');
      expect((await rights([name, ...words].join(' '))).length).toBeGreaterThan(0);
    },
  );
});
