import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';
import { MONSTERS } from './monsters.ts';
import { damageBytes, damageJson, damages } from './mutate.ts';
import { expectNoCrash, runs, SEED } from './no-crash.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CART = 'cart-v1-db9689b57-djzwj.shop';
const TAILS = [[], ['-o', 'json'], ['-o', 'yaml'], ['--compat'], ['--compat', '-o', 'json']];
const words = (line: string): string[] => line.split(' ');

/** Pages of a kind, and the commands that read them. */
interface Kind {
  readonly mesh: 'shop' | 'ambient';
  readonly files: RegExp;
  readonly lines: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  'dumps of ztunnel': {
    mesh: 'ambient',
    files: /\/ztunnel\/.*config_dump\.json$/,
    lines: [
      ...['workload', 'service', 'policy', 'certificate', 'connections', 'all'].map((page) =>
        `ztunnel-config ${page} --all`.replace('all --all', 'all'),
      ),
      'ztunnel-config certificate',
      'waypoint status -A',
    ],
  },
  'levels and scopes': {
    mesh: 'shop',
    files: /(?:logging\.txt|scopes\.json)$/,
    lines: [`proxy-config log ${CART}`, 'admin log', 'admin log --all'],
  },
  'levels of ztunnel': { mesh: 'ambient', files: /logging\.txt$/, lines: ['ztunnel-config log'] },
  logs: {
    mesh: 'shop',
    files: /istio-proxy\.log$/,
    lines: [
      `logs ${CART} --all`,
      'logs deploy/storefront-v1.shop --to svc/catalog.shop --lines',
      'logs -l app=search -n shop --status 5xx',
    ],
  },
  'logs of ztunnel': {
    mesh: 'ambient',
    files: /ztunnel\.log$|istio-proxy\.log$/,
    lines: ['logs deploy/reception.clinic --all', 'logs -l app=records -n clinic --lines'],
  },
  statistics: {
    mesh: 'shop',
    files: /\/cart-v1[^/]*\/(?:stats\.\w+|clusters\.\w+|server_info\.json|memory\.json)$/,
    lines: [`envoy-stats ${CART}`, `envoy-stats ${CART} --type clusters`, `describe pod ${CART}`],
  },
  'pages of istiod': {
    mesh: 'shop',
    files: /\/istiod\/.*\/debug\/[^/]+\.json$/,
    lines: [
      'internal-debug configz',
      'internal-debug syncz --all',
      'internal-debug adsz',
      'remote-clusters',
      'injector list',
      `check-inject ${CART}`,
      'version',
      'proxy-status --all',
      'wait virtualservice/cart.shop --timeout 1s',
    ],
  },
  objects: {
    mesh: 'shop',
    files:
      /\/kubernetes\/.*(?:pods|services|namespaces|mutatingwebhookconfigurations|deployments|virtualservices|destinationrules|peerauthentications|configmaps)[^/]*\.json$/,
    lines: [
      `describe pod ${CART}`,
      'describe svc cart.shop',
      'injector list',
      'tag list',
      `check-inject ${CART}`,
      'logs deploy/storefront-v1.shop',
      'waypoint status -A',
    ],
  },
  'one side of a comparison': {
    mesh: 'shop',
    files:
      /\/kubernetes\/.*\/(?:pods|configmaps|secrets|nodes|namespaces|endpointslices|virtualservices|deployments)\.json$|\/debug\/(?:syncz|mesh)\.json$|\/cart-v1[^/]*\/config_dump\.json$/,
    lines: [
      'diff demo',
      'diff demo --all --only objects,proxies',
      'diff demo -n shop',
      'diff demo -o markdown',
    ],
  },
};

/** A copy of the recorded mesh of which single files are replaced and put back. */
class Mesh {
  readonly folder: string;
  readonly #paths: readonly string[];

  constructor(name: string) {
    this.folder = join(folder, name);
    cpSync(join(ROOT, 'fixtures/meshes', name), this.folder, { recursive: true });
    this.#paths = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    const index = join(this.folder, 'snapshot.json');
    writeFileSync(index, JSON.stringify({ ...JSON.parse(readFileSync(index, 'utf8')), contents: [] }));
  }

  files(pattern: RegExp): readonly string[] {
    return this.#paths.filter((path) => pattern.test(path));
  }

  async replacing(path: string, bytes: string | Uint8Array, during: () => Promise<void>): Promise<void> {
    const before = readFileSync(path);
    writeFileSync(path, bytes);
    try {
      await during();
    } finally {
      writeFileSync(path, before);
    }
  }
}

const meshes = { shop: new Mesh('shop'), ambient: new Mesh('ambient') };

describe.each(Object.entries(KINDS))('%s', (_, { mesh: name, files, lines }) => {
  const mesh = meshes[name];
  const paths = mesh.files(files);

  // What is loaded for the first time takes longer than any data may.
  beforeAll(async () => {
    for (const line of lines) await run([...words(line), '--from', mesh.folder], { cwd: folder });
  }, 120_000);

  test('are there', () => {
    expect(paths.length).toBeGreaterThan(0);
  });

  test(`that are damaged end in an answer or an error (seed ${SEED})`, async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...paths),
      damages,
      fc.constantFrom(...lines),
      fc.constantFrom(...TAILS),
      async (path, damage, line, tail) => {
        const bytes = readFileSync(path);
        // The reference colours this table whatever it writes to, and so does its compatible form.
        const inForm = line.startsWith('check-inject') && tail.includes('--compat') ? [] : tail;
        const damaged = path.endsWith('.json') ? damageJson(bytes, damage) : damageBytes(bytes, damage);
        await mesh.replacing(path, damaged, () =>
          expectNoCrash([...words(line), ...inForm, '--from', mesh.folder], folder),
        );
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: runs(150), endOnFailure: true });
  });

  test.each(Object.entries(MONSTERS))('that are %s end in an answer or an error', async (_, text) => {
    for (const path of paths.slice(0, 3)) {
      await mesh.replacing(path, text, async () => {
        for (const line of lines) await expectNoCrash([...words(line), '--from', mesh.folder], folder);
        for (const line of lines.slice(0, 2))
          await expectNoCrash([...words(line), '-o', 'json', '--from', mesh.folder], folder);
      });
    }
  });
});

describe('answers of Prometheus', () => {
  let server: Server;
  let url = '';
  let answer: string | Uint8Array = '';
  beforeAll(async () => {
    server = createServer((_, response) => response.end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const real = Buffer.from(
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'vector',
        result: ['source', 'destination'].map((reporter) => ({
          metric: { reporter, destination_workload_namespace: 'shop' },
          value: [1_764_000_000.5, '12.25'],
        })),
      },
    }),
  );
  const ask = (tail: readonly string[]): Promise<void> =>
    expectNoCrash(['metrics', 'cart-v1.shop', '--prometheus-url', url, ...tail], folder);

  test(`that are damaged end in an answer or an error (seed ${SEED})`, async () => {
    const property = fc.asyncProperty(damages, fc.constantFrom(...TAILS), async (damage, tail) => {
      answer = damageJson(real, damage);
      await ask(tail);
    });
    await fc.assert(property, { seed: SEED, numRuns: runs(300), endOnFailure: true });
  });

  test.each(Object.entries(MONSTERS))('that are %s end in an answer or an error', async (_, text) => {
    answer = text;
    await ask([]);
    await ask(['-o', 'json']);
  });
});
