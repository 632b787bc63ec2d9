import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { ROOT } from '../helpers/run.ts';
import { damageJson, damages } from './mutate.ts';
import { expectNoCrash, runs, SEED } from './no-crash.ts';

const SHOP = join(ROOT, 'fixtures/meshes/shop/clusters/demo/proxies');
const folder = mkdtempSync(join(tmpdir(), 'meshscope-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dumps = readdirSync(SHOP, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('config_dump.json'))
  .sort()
  .map((path) => readFileSync(join(SHOP, path)));

const SUBCOMMANDS = ['cluster', 'listener', 'route', 'endpoint', 'bootstrap', 'secret', 'ecds', 'all'];
const TAILS = [
  [],
  ['-o', 'json'],
  ['-o', 'yaml'],
  ['--compat'],
  ['--compat', '-o', 'json'],
  ['--compat', '-o', 'yaml'],
];
const LINES: readonly (readonly string[])[] = [
  ...SUBCOMMANDS.flatMap((name) =>
    TAILS.map((tail) => ['proxy-config', name, '--file', 'dump.json', ...tail]),
  ),
  ['proxy-config', 'cluster', '--file', 'dump.json', '--fqdn', 'cart.shop.svc.cluster.local'],
  ['proxy-config', 'listener', '--file', 'dump.json', '--port', '15006'],
  ['proxy-config', 'route', '--file', 'dump.json', '--name', '9080'],
  ...TAILS.slice(0, 4).map((tail) => ['authz', 'check', '-f', 'dump.json', ...tail]),
];

test(`damaged dumps end in an answer or an error (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(
    fc.nat(dumps.length - 1),
    damages,
    fc.array(fc.constantFrom(...LINES), { minLength: 3, maxLength: 3 }),
    async (index, damage, lines) => {
      writeFileSync(join(folder, 'dump.json'), damageJson(dumps[index] ?? new Uint8Array(), damage));
      for (const line of lines) await expectNoCrash(line, folder);
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: runs(1500), endOnFailure: true });
});
