import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../src/envoy/redact.ts';
import { asArray, asObject, field } from '../../src/util/json.ts';
import { hideInText } from '../../src/util/secret-text.ts';
import { fixtureJson } from '../helpers/fixture.ts';
import { type Planted, plantedSecrets, tracesOf } from '../helpers/planted-secrets.ts';
import { ROOT, run } from '../helpers/run.ts';

const PROXIES = 'meshes/shop/clusters/demo/proxies';
const POD = 'cart-v1-db9689b57-djzwj';
const DUMP = `${PROXIES}/shop/${POD}/config_dump.json`;
const MESH = join(ROOT, 'fixtures/meshes/shop');
const folder = mkdtempSync(join(tmpdir(), 'meshscope-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Json = Record<string, unknown>;

/** Every message in which free data may stand so that also the reference prints it: Structs, and typed configurations. */
function places(value: unknown, found: Json[] = []): Json[] {
  if (Array.isArray(value)) for (const item of value) places(item, found);
  const object = asObject(value) as Json | undefined;
  if (object === undefined) return found;
  for (const [name, member] of Object.entries(object)) {
    const isStruct = name === 'filter_metadata' || name === 'metadata' || name === 'typed_config';
    if (isStruct && asObject(member)) found.push(member as Json);
    places(member, found);
  }
  return found;
}

/** The real dump with every secret at three places, chosen by the seed, of which one at least is a Struct. */
function dumpWith(secrets: readonly Planted[], seed: number, name: string): string {
  const dump = structuredClone(fixtureJson(DUMP));
  for (const config of asArray(field(dump, 'configs'))) {
    const all = places(config);
    const messages = asArray(field(config, 'dynamic_active_clusters'))
      .map((entry) => field(entry, 'cluster'))
      .concat(
        asArray(field(config, 'dynamic_listeners')).map((entry) => field(entry, 'active_state', 'listener')),
      )
      .concat([field(config, 'bootstrap')])
      .filter((message) => asObject(message) !== undefined) as Json[];
    for (const [index, { fields }] of secrets.entries()) {
      const at = (list: readonly Json[]) => list[(seed * 31 + index * 17) % list.length];
      for (const place of [at(all), at(messages)]) {
        if (place !== undefined) place[`planted${index}`] = fields;
      }
      const message = at(messages);
      if (message === undefined) continue;
      message['metadata'] ??= {};
      const metadata = message['metadata'] as Json;
      metadata['filter_metadata'] ??= {};
      (metadata['filter_metadata'] as Json)[`planted${index}`] = fields;
      Object.assign(message, 'keys' in fields ? {} : fields);
    }
    const bootstrap = asObject(field(config, 'bootstrap')) as Json | undefined;
    if (bootstrap) plantInBootstrap(bootstrap, secrets);
  }
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(dump, null, 1));
  return path;
}

function plantInBootstrap(bootstrap: Json, secrets: readonly Planted[]): void {
  bootstrap['static_resources'] ??= {};
  const resources = bootstrap['static_resources'] as Json;
  resources['secrets'] = secrets.map(({ fields }, index) => ({ name: `planted-${index}`, ...fields }));
  const metadata = asObject(field(bootstrap, 'node', 'metadata')) as Json | undefined;
  if (metadata)
    Object.assign(metadata, Object.fromEntries(secrets.map(({ fields }, i) => [`PLANTED_${i}`, fields])));
}

const SEEDS = [1, 2];
const COMMANDS = ['bootstrap', 'cluster', 'listener', 'route', 'endpoint', 'eds', 'secret', 'ecds', 'all'];

function expectNone(secrets: readonly Planted[], output: string, line: string): void {
  for (const { what, secret } of secrets) {
    for (const trace of tracesOf(secret)) expect(output.includes(trace), `${line}: ${what}`).toBe(false);
  }
}

describe.each(SEEDS)('no planted secret leaves, seed %i', (seed) => {
  const secrets = plantedSecrets(seed);
  const planted = dumpWith(secrets, seed, `left-${seed}`);
  const other = dumpWith(plantedSecrets(seed + 100), seed, `right-${seed}`);
  const both = [...secrets, ...plantedSecrets(seed + 100)];

  const lines = [
    ...COMMANDS.map((name) => `proxy-config ${name} --file ${planted}`),
    `proxy-config listener --file ${planted} --verbose`,
    `proxy-config path --file ${planted} catalog.shop.svc.cluster.local:80`,
    `authz check --file ${planted}`,
    `proxy-config diff ${planted} ${other}`,
    `proxy-config diff ${join(ROOT, 'fixtures', DUMP)} ${planted} --all`,
    `proxy-status ${POD}.shop --file ${planted} --from ${MESH}`,
  ];
  it.each(lines)('%s', async (line) => {
    for (const format of ['', '-o json', '-o yaml', '-o short']) {
      for (const compat of ['', '--compat']) {
        const { stdout, stderr } = await run(`${line} ${format} ${compat}`);
        expectNone(both, stdout + stderr, `${line} ${format} ${compat}`);
      }
    }
  });

  it('prints what stands beside them', async () => {
    const { stdout } = await run(`proxy-config all --file ${planted} -o json`);
    for (const { stays } of secrets) if (stays !== undefined) expect(stdout).toContain(stays);
    expect(stdout).toContain('[redacted]');
  });

  it.each(['bootstrap', 'cluster', 'listener', 'all'])('%s prints where they were', async (name) => {
    for (const format of ['-o json', '-o yaml', '-o json --compat', '-o yaml --compat']) {
      const { stdout } = await run(`proxy-config ${name} --file ${planted} ${format}`);
      expect(stdout.split('[redacted]').length, format).toBeGreaterThan(30);
      expect(stdout, format).toContain('W3JlZGFjdGVkXQ==');
    }
  });

  it('says of two different secrets that they differ, and no more', async () => {
    const { stdout } = await run(`proxy-config diff ${planted} ${other} -o json`);
    expect(stdout).toContain('[redacted] (differs)');
    expect(stdout).not.toContain('#secret-');
  });

  it('says so in the comparison of the reference, too', async () => {
    const { stdout } = await run(`proxy-status ${POD}.shop --file ${planted} --from ${MESH} --compat`);
    expect(stdout).toContain('[redacted]');
    expect(stdout).not.toContain('#secret-');
  });

  it('shows none near a fault of the JSON', async () => {
    for (const [index, { fields }] of secrets.entries()) {
      const text = JSON.stringify({ before: 1, ...fields, after: 2 });
      for (let cut = 10; cut < text.length; cut += 7) {
        for (const broken of [text.slice(0, cut), `${text.slice(0, cut)}"${text.slice(cut)}`]) {
          const path = join(folder, 'broken.json');
          writeFileSync(path, broken);
          const { stderr } = await run(`proxy-config cluster --file ${path}`);
          const { secret = '' } = secrets[index] ?? {};
          for (const trace of tracesOf(secret)) {
            expect(stderr.includes(trace.slice(0, 12)) || stderr.includes(trace.slice(-12)), broken).toBe(
              false,
            );
          }
        }
      }
    }
  });
});

describe('what holds no secret', () => {
  it('is shared with the dump, every proxy of the shop', () => {
    for (const namespace of readdirSync(join(ROOT, 'fixtures', PROXIES))) {
      for (const pod of readdirSync(join(ROOT, 'fixtures', PROXIES, namespace))) {
        const path = `${PROXIES}/${namespace}/${pod}/config_dump.json`;
        if (!existsSync(join(ROOT, 'fixtures', path))) continue;
        const dump = fixtureJson(path);
        expect(withoutSecrets(dump) === dump, pod).toBe(true);
        const text = JSON.stringify(dump);
        expect(hideInText(text) === text, pod).toBe(true);
      }
    }
  });
});
