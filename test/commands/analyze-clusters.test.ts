import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { BROKEN_ROUTE, folderWith } from '../helpers/ci-folder.ts';
import { run } from '../helpers/run.ts';

interface Found {
  readonly code: string;
  readonly origin?: string;
  readonly cluster?: string;
}

function service(port: number): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { ports: [{ name: 'http', port }] },
  };
}

function route(name: string): unknown {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'shop' },
    spec: { hosts: [`${name}.shop.svc.cluster.local`] },
  };
}

/** A recording of these clusters, each with a Service of its own port and a VirtualService without a route. */
function recorded(...clusters: readonly string[]): string {
  const list = (...items: unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return folderWith({
    ...Object.fromEntries(
      clusters.flatMap((name, index) => [
        [`mesh/clusters/${name}/kubernetes/core/v1/services.json`, list(service(80 + index))],
        [
          `mesh/clusters/${name}/kubernetes/networking.istio.io/v1/virtualservices.json`,
          list(route(`to-${name}`)),
        ],
      ]),
    ),
    'route.yaml': BROKEN_ROUTE.replace(/ {2}http:[\s\S]*/, ''),
  });
}

async function findings(cwd: string, ...more: string[]): Promise<readonly Found[]> {
  const { stdout } = await run(['analyze', ...more, '--from', 'mesh', '-A', '-o', 'json'], { cwd });
  return JSON.parse(stdout);
}

test('a finding names its cluster where several were read', async () => {
  const cwd = recorded('east', 'west');
  const found = await findings(cwd, 'route.yaml');
  const clusterOf = (code: string, origin: string) =>
    found.find((one) => one.code === code && one.origin === origin)?.cluster;
  expect(clusterOf('IST0106', 'VirtualService shop/to-east')).toBe('east');
  expect(clusterOf('IST0106', 'VirtualService shop/to-west')).toBe('west');
  expect(clusterOf('IST0170', 'Service shop/cart')).toBe('east');
  // What a file holds is in no cluster yet.
  const ofFile = found.filter(({ origin }) => origin === 'VirtualService shop/checkout');
  expect(ofFile).not.toEqual([]);
  for (const one of ofFile) expect(one).not.toHaveProperty('cluster');
  const yaml = await run('analyze --from mesh -A -o yaml', { cwd });
  const clusters = (load(yaml.stdout) as Found[]).map(({ cluster }) => cluster);
  expect(clusters).toEqual(expect.arrayContaining(['east', 'west']));
});

test('a single cluster is not named', async () => {
  const found = await findings(recorded('east'));
  expect(found.length).toBeGreaterThan(0);
  for (const one of found) expect(one).not.toHaveProperty('cluster');
});
