import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const MESH = 'fixtures/meshes/shop';
const GATEWAY = 'edge-gateway-7c68db88d4-mxkzj.edge';
const STOREFRONT = 'storefront-v1-6588479589-4ksqx.shop';
const SEARCH = 'search-v1-7c78d66565-qzbbl.shop';
const dumpOf = (proxy: string): string => {
  const [, pod, namespace] = /^(.*)\.([^.]*)$/.exec(proxy) ?? [];
  return `${MESH}/clusters/demo/proxies/${namespace}/${pod}/config_dump.json`;
};
const golden = (name: string): string => `../../fixtures/golden/proxy-config/${name}.txt`;
const ask = (words: string) => run(`proxy-config ${words} --from ${MESH}`);

describe('tables', () => {
  test.each([
    ['cluster', `cluster ${STOREFRONT}`],
    ['cluster-compat', `cluster ${STOREFRONT} --compat`],
    ['listener-refused', `listener ${SEARCH}`],
    ['listener-compat', `listener ${SEARCH} --compat`],
    ['route', `route ${STOREFRONT} --name 80`],
    ['route-gateway', `routes ${GATEWAY}`],
    ['endpoint', `ep ${GATEWAY} --port 9080`],
    ['bootstrap', `b ${STOREFRONT} -o short`],
    ['path', `path ${STOREFRONT} catalog:80 --path /items`],
    ['path-no-cluster', `path ${STOREFRONT} cart:80`],
  ])('%s', async (name, words) => {
    const { stdout, stderr, exitCode } = await ask(words);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot(golden(name));
  });
});

describe('what is asked for', () => {
  test('neither pod nor file, and both, are usage errors', async () => {
    expect(await run('pc cluster')).toMatchObject({ exitCode: 64, stdout: '' });
    expect(await run(`pc cluster ${STOREFRONT} -f x.json`)).toMatchObject({ exitCode: 64 });
  });

  test('a missing file is exit 66, another page exit 65 with the command that reads it', async () => {
    expect((await run('pc cluster -f nosuch.json')).exitCode).toBe(66);
    const page = dumpOf(GATEWAY).replace('config_dump', 'clusters');
    const { stderr, exitCode } = await run(`pc cluster -f ${page}`);
    expect(exitCode).toBe(65);
    expect(stderr).toContain('proxy-config endpoint --file');
  });

  test.each([
    ['a ztunnel', 'ztunnel-tcbhm.istio-system', 'is a ztunnel: it holds no Envoy'],
    ['a pod without a proxy', 'records-v1-59c896bcbc-lmwfr.clinic', 'has no container istio-proxy'],
  ])('%s is no Envoy, and is not called unrecorded', async (_, pod, reason) => {
    const { stderr, exitCode } = await run(`pc cluster ${pod} --from fixtures/meshes/ambient`);
    expect(exitCode).toBe(66);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('not in this snapshot');
  });

  test('a dump from stdin, as JSON in the shape of the reference', async () => {
    const stdin = readFileSync(join(ROOT, dumpOf(STOREFRONT)));
    const { stdout } = await run('pc clusters -f - --fqdn cart.shop --subset v1 -o json', { stdin });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'outbound|80|v1|cart.shop.svc.cluster.local', edsClusterConfig: { edsConfig: { ads: {} } } },
    ]);
  });

  test('what is empty or was not recorded comes with the next step', async () => {
    expect((await run('pc cluster -f -', { stdin: '' })).stderr).toMatch(/is empty\n {2}next /);
    expect((await run('pc cluster -f -', { stdin: ' \n' })).stderr).toMatch(/is empty\n {2}next /);
    const { stderr } = await ask('cluster wishlist-v1-84c6b7d679-xdvp4.shop');
    expect(stderr).toMatch(/^ {2}next {2}ask the live cluster/m);
  });

  test('a missing section is named as the reference names it', async () => {
    const { stderr, exitCode } = await ask(`ecds ${STOREFRONT} --compat`);
    expect(exitCode).toBe(65);
    expect(stderr).toContain(
      'config dump has no configuration type type.googleapis.com/envoy.admin.v3.EcdsConfigDump',
    );
  });

  test('a proxy without ECDS has no extension configurations', async () => {
    expect(await ask(`ecds ${STOREFRONT}`)).toEqual({
      stdout: 'no extension configurations\n',
      stderr: '',
      exitCode: 0,
    });
    const partial = JSON.stringify({
      configs: [{ '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump' }],
    });
    expect((await run('pc ecds -f -', { stdin: partial })).exitCode).toBe(65);
  });

  test('a dump without EDS is unknown, not empty', async () => {
    const { stdout, stderr } = await run('pc eds -f -', { stdin: '{"configs":[]}' });
    expect(stdout).toContain('not in this dump');
    expect(stderr).toContain('without EDS');
    expect((await run('pc eds -f - --strict', { stdin: '{"configs":[]}' })).exitCode).toBe(75);
  });
});

describe('several proxies', () => {
  const COMMANDS = ['cluster', 'listener', 'route', 'endpoint', 'eds', 'bootstrap', 'secret', 'log', 'all'];

  test.each(COMMANDS.map((word) => `pc ${word}`).concat('authz check'))(
    '%s: JSON has one member a proxy when several were asked for, also of one alone',
    async (command) => {
      const pod = `cart-v1-db9689b57-djzwj.shop`;
      const flags = `--from ${MESH} -o json`;
      for (const target of ['-l app=cart -A', '--all-replicas deploy/cart-v1.shop']) {
        const { stdout } = await run(`${command} ${target} ${flags}`);
        expect(Object.keys(JSON.parse(stdout)), target).toEqual([pod]);
      }
      const alone = JSON.parse((await run(`${command} ${pod} ${flags}`)).stdout);
      expect(Object.keys(alone)).not.toContain(pod);
    },
  );

  test('pods without an Envoy are no missing part, and a note names a pod once', async () => {
    const { stderr } = await ask('endpoint -l app -A');
    expect(stderr).toBe(
      "note: wishlist-v1-84c6b7d679-xdvp4.shop: can't read clusters: it is not in this snapshot (ask the live cluster (without --from), or a recording that holds it)\n",
    );
    const none = await ask('endpoint -l app=istiod -A');
    expect(none.exitCode).toBe(66);
    expect(none.stderr).toMatch(/holds an Envoy\n {2}pods {2}istiod-\S+\.istio-system\n {2}next /);
  });
});

test('an Istio Gateway is no Gateway that an argument can name: the pods that serve it are', async () => {
  const { stderr, exitCode } = await ask('cluster gateway/public.edge');
  expect(exitCode).toBe(66);
  expect(stderr).toContain('error: no gateway.networking.k8s.io Gateway "public" in namespace edge\n');
  expect(stderr).toMatch(
    /but +there is an Istio Gateway edge\/public, served by pods with \S+, such as edge-gateway-\S+\.edge\n/,
  );
});

test('a WorkloadEntry is no pod: it is named as the machine outside Kubernetes that it is', async () => {
  const { stderr, exitCode } = await run('pc cluster mri-scanner.clinic --from fixtures/meshes/ambient');
  expect(exitCode).toBe(66);
  expect(stderr).toContain(
    'but   there is a WorkloadEntry clinic/mri-scanner at 10.244.200.7, a machine outside Kubernetes',
  );
});

describe('filter words', () => {
  test.each([
    [`cluster ${STOREFRONT} --direction sideways`, 'takes inbound, outbound'],
    [`endpoint ${STOREFRONT} --status unhealty`, 'near  unhealthy'],
    [`eds ${STOREFRONT} --status unhealty`, 'near  unhealthy'],
    [`listener ${STOREFRONT} --type HTP`, 'near  HTTP'],
    [`all ${STOREFRONT} --type FOO`, 'takes HTTP, TCP, HTTP+TCP, UNKNOWN'],
  ])('%s can match nothing: exit 64; --compat lets it pass', async (words, expected) => {
    const { stderr, stdout, exitCode } = await ask(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toContain(expected);
    expect((await ask(`${words} --compat`)).exitCode).toBe(0);
  });

  test.each([
    [`listener ${STOREFRONT} --type http+tcp`, 'listener', 'HTTP+TCP'],
    [`cluster ${STOREFRONT} --direction OUTBOUND`, 'cluster', 'outbound'],
  ])('%s is taken in any case', async (words, _, word) => {
    const { stdout } = await ask(words);
    const same = await ask(words.replace(/\S+$/, word));
    expect(stdout).toBe(same.stdout);
    expect(stdout.split('\n').length).toBeGreaterThan(3);
  });
});

describe('--compat', () => {
  test('the bootstrap of a pod has no time of loading, that of a file has', async () => {
    const live = await ask(`bootstrap ${STOREFRONT} --compat`);
    expect(Object.keys(JSON.parse(live.stdout))).toEqual(['bootstrap']);
    const saved = await run(`pc bootstrap -f ${dumpOf(STOREFRONT)} --compat`);
    expect(Object.keys(JSON.parse(saved.stdout))).toEqual(['bootstrap', 'lastUpdated']);
    expect((await ask(`bootstrap ${STOREFRONT}`)).stdout).toContain('"lastUpdated"');
  });

  test("the log levels are Envoy's page under the pod's name, and nothing more", async () => {
    const page = readFileSync(join(ROOT, dumpOf(STOREFRONT).replace('config_dump.json', 'logging.txt')));
    const { stdout } = await ask(`log ${STOREFRONT} --compat`);
    expect(stdout).toBe(`${STOREFRONT}:\n${page}`);
  });

  test("YAML has the reference's order of keys and a blank line at its end", async () => {
    const { stdout } = await ask(`cluster ${STOREFRONT} --fqdn cart.shop --subset v1 --compat -o yaml`);
    expect(stdout).toMatch(
      /^- altStatName: .*\n {2}circuitBreakers:\n {4}thresholds:\n {4}- maxConnections: /,
    );
    expect(stdout).toMatch(/[^\n]\n\n$/);
    expect((await ask(`all ${STOREFRONT} --compat -o yaml`)).stdout).toMatch(/^configs:\n- '@type': /);
  });
});

describe('diff', () => {
  const OTHER = dumpOf(STOREFRONT);

  test('of a dump with itself is empty, exit 0', async () => {
    const { stdout, exitCode } = await run(`pc diff ${OTHER} ${OTHER}`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('the same configuration');
  });

  test('names the object that causes a change, exit 1', async () => {
    const stdin = readFileSync(join(ROOT, OTHER), 'utf8').replace(
      /"max_connections": ?100\b/,
      '"max_connections":50',
    );
    const { stdout, exitCode } = await run(`pc diff ${OTHER} -`, { stdin });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('DestinationRule catalog.shop\n');
    expect(stdout).toMatch(/circuit_breakers\.thresholds\[DEFAULT\]\.max_connections: 100 → 50/);
  });
});

describe('diff of versions of one workload', () => {
  const pair = 'diff deploy/catalog-v1.shop deploy/catalog-v2.shop';

  test('what only says who they are is counted apart, exit 0', async () => {
    const { stdout, exitCode } = await ask(pair);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✔ .* have the same configuration but for who they are: 84 resources\n/);
    expect(stdout).toContain('5 resources differ in nothing else; --all lists them\n');
    expect(stdout).not.toContain('listener');
  });

  test('--all lists it, and where a long path ends', async () => {
    const { stdout, exitCode } = await ask(`${pair} --all`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('  listener 0.0.0.0_80\n');
    expect(stdout).toMatch(
      /^ {4}filter_chains\[.*….*tracing\.custom_tags\[4\]\.literal\.value: "v1" → "v2"$/m,
    );
  });

  test('JSON has it beside the groups', async () => {
    const { stdout } = await ask(`${pair} -o json`);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ kind: 'ProxyConfigDiff', groups: [], same: 79 });
    expect(answer.ownIdentity).toHaveLength(5);
    expect(answer).not.toHaveProperty('all');
  });
});

describe('path', () => {
  test.each([
    ['a refused inbound listener', `${SEARCH} search:9080 --inbound`, 'connection refused'],
    ['a service without pods', `${STOREFRONT} images:8080`, '503 (UH)'],
    ['a host outside the mesh', `${STOREFRONT} nosuch.example:80`, 'itself'],
    [
      'a redirect to itself',
      `${GATEWAY} promo.example.com:8080 --header host=promo.example.com --path /sale`,
      'for ever',
    ],
    ['a header', `${STOREFRONT} catalog:80 --header x-canary=true`, 'route 1 of 2'],
  ])('%s', async (_, words, expected) => {
    expect((await ask(`path ${words}`)).stdout).toContain(expected);
  });
});

describe('hostile dumps', () => {
  const WORDS = ['cluster', 'listener', 'route', 'endpoint', 'eds', 'bootstrap', 'secret', 'ecds', 'all'];
  const JUNK = [null, 0, -1, 'x', '', true, [], {}, [null], { a: 1 }, 1e308, '\u001b[2J'];

  /** Replaces some values anywhere in the document, by a fixed pseudo-random sequence. */
  function mutate(value: unknown, next: () => number): unknown {
    if (next() % 40 === 0) return JUNK[next() % JUNK.length];
    if (Array.isArray(value)) return value.slice(0, 6).map((item) => mutate(item, next));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mutate(item, next)]));
  }

  test('never crash a command and never reach the terminal', async () => {
    const original = JSON.parse(readFileSync(join(ROOT, dumpOf(GATEWAY)), 'utf8')) as { configs: unknown[] };
    for (let seed = 1; seed <= 10; seed++) {
      let state = seed * 7919;
      const next = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 8;
      };
      const configs = original.configs.map((config) => ({
        ...(mutate(config, next) as object),
        '@type': (config as { '@type': string })['@type'],
      }));
      const stdin = JSON.stringify({ configs });
      for (const words of [
        ...WORDS,
        ...WORDS.map((word) => `${word} -o json`),
        ...WORDS.map((word) => `${word} --compat`),
        'path shop.example.com:8080',
      ]) {
        const [word, ...rest] = words.split(' ');
        const { exitCode, stdout, stderr } = await run(['pc', word ?? '', '-f', '-', ...rest], { stdin });
        expect(exitCode, `${seed}: ${words}: ${stderr}`).not.toBe(70);
        expect(stdout.includes('\u001b'), words).toBe(false);
      }
    }
  }, 60_000);
});
