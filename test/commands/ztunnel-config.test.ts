import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const MESH = 'fixtures/meshes/ambient';
const now = new Date('2026-11-23T02:51:26Z');
const DUMP = `${MESH}/clusters/demo/ztunnel/istio-system/ztunnel-qvvs4/config_dump.json`;
const golden = (name: string): string => `../../fixtures/golden/ztunnel-config/${name}.txt`;
const ask = (words: string) => run(`ztunnel-config ${words} --from ${MESH}`, { now });
const DEAD = "can't read config_dump of ztunnel-sg8xk.istio-system";

describe('tables', () => {
  test.each([
    ['workload', 'workload --node ward-2'],
    ['service', 'service --node ward-2'],
    ['policy', 'policy --node ward-2'],
    ['certificate', 'certificate --node ward-1'],
    ['connections', 'connections --node ward-1'],
    ['all', 'all --node ward-1'],
  ])('%s', async (name, words) => {
    const { stdout, stderr, exitCode } = await ask(words);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot(golden(name));
  });

  test('fit a terminal of 80 columns', async () => {
    for (const words of ['workload', 'service', 'policy', 'certificate']) {
      const { stdout } = await run(`zc ${words} --node ward-2 --from ${MESH} --color never`, {
        now,
        tty: { columns: 80 },
      });
      const widest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect(widest, words).toBeLessThanOrEqual(80);
    }
  });
});

describe('which ztunnel', () => {
  test('without a name the first that answers stands for all of them: a dead one hides nothing', async () => {
    const { stdout, exitCode } = await ask('w');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('30 workloads');
  });

  test('certificates and connections are those of every ztunnel, and one that can not be read is named', async () => {
    const { stdout, stderr, exitCode } = await ask('certs');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✔ 10 identities on 2 ztunnels, the first certificate ends in 23h/);
    expect(stderr).toContain(DEAD);
    expect((await ask('certs --strict')).exitCode).toBe(75);
    const connections = await ask('cons -o json');
    expect(Object.keys(JSON.parse(connections.stdout))).toEqual([
      'ztunnel-qvvs4.istio-system',
      'ztunnel-tcbhm.istio-system',
    ]);
  });

  test('of all certificates only those that keep connections from working are listed, with their ztunnel', async () => {
    const mesh = mkdtempSync(join(tmpdir(), 'ztunnel-'));
    cpSync(join(ROOT, MESH), mesh, { recursive: true });
    const lost = readFileSync(join(ROOT, 'fixtures/ztunnel/istiod-lost.config_dump.json'));
    writeFileSync(join(mesh, 'clusters/demo/ztunnel/istio-system/ztunnel-qvvs4/config_dump.json'), lost);
    // The manifest tells the time; it knows another file in this place.
    const manifest = JSON.parse(readFileSync(join(mesh, 'snapshot.json'), 'utf8'));
    writeFileSync(join(mesh, 'snapshot.json'), JSON.stringify({ ...manifest, contents: [] }));
    const { stdout } = await run(`zc certificate --from ${mesh}`);
    rmSync(mesh, { recursive: true });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('✖ 1 broken, of 11 identities');
    expect(lines[2]).toMatch(/^✖ ztunnel-qvvs4\.istio-system +spiffe:\S+\/sa\/newcomer +Unavailable/);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/^1 of 11 identities: on 2 ztunnels, the first certificate ends/);
  });

  test('a workload stands for the ztunnel of its node, and its own rows', async () => {
    const workload = await ask('workload deploy/reception-v1 -n clinic');
    expect(workload.stdout).toContain('1 of 30 workloads');
    const connections = await ask('connections reception-v1-5c789c986c-6vgzg.clinic');
    expect(connections.stdout).toMatch(/^3 of 9 open connections of 1 of 4 workloads/);
  });

  test('a workload on the node of a dead ztunnel says whose ztunnel that is', async () => {
    const { stdout, stderr, exitCode } = await ask('workload deploy/stock-v1.pharmacy');
    expect([stdout, exitCode]).toEqual(['', 66]);
    expect(stderr).toContain(DEAD);
    expect(stderr).toContain(
      'stock-v1-5c94c966dd-slbl2.pharmacy runs on node ward-3, which this ztunnel serves',
    );
  });

  test('unknown nodes and pods are named with what is near; pod, node and file exclude each other', async () => {
    expect(await ask('workload --node ward-9')).toMatchObject({ exitCode: 66, stdout: '' });
    expect((await ask('workload --node ward-9')).stderr).toContain('near  ward-1');
    expect((await ask('service ztunnel-tcbhx')).stderr).toContain('near  ztunnel-tcbhm');
    expect((await ask('policy ztunnel-tcbhm --node ward-1')).exitCode).toBe(64);
    expect((await ask(`policy --file ${DUMP} --node ward-1`)).exitCode).toBe(64);
  });

  test('a mesh without ztunnels says so', async () => {
    const { stderr, exitCode } = await run('zc workload --from fixtures/meshes/shop');
    expect(exitCode).toBe(66);
    expect(stderr).toContain('there is no ztunnel');
  });
});

describe('filters', () => {
  test('that match nothing say of how many; a namespace that does not exist is an error', async () => {
    expect((await ask('workload --address 10.9.9.9')).stdout).toBe('no workload matches, of 30 workloads\n');
    expect((await ask('service --service-namespace default')).stdout).toContain('1 of 17 services');
    const { stderr, exitCode } = await ask('policy --policy-namespace clinik');
    expect(exitCode).toBe(66);
    expect(stderr).toContain('near  clinic');
  });

  test('in a saved dump name the nearest namespace that it holds', async () => {
    const { stdout, stderr, exitCode } = await run(`zc workload -f ${DUMP} --workload-namespace farmacy`);
    expect([exitCode, stdout]).toEqual([0, 'no workload matches, of 30 workloads\n']);
    expect(stderr).toContain('near: pharmacy');
  });

  test('an unknown direction is a usage error, under --compat it is ignored', async () => {
    const { stderr, exitCode } = await ask('connections --node ward-1 --direction inbond');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('near  inbound');
    expect((await ask('connections --node ward-1 --direction inbond --compat')).exitCode).toBe(0);
  });
});

test('proxy-status does not say never of a ztunnel that no istiod knows: it may have lost istiod', async () => {
  const { stdout } = await run(`proxy-status --from ${MESH}`, { now });
  expect(stdout).toMatch(/^✖ ztunnel-sg8xk\.istio-system +ztunnel +not connected /m);
});

describe('saved dumps', () => {
  test("an Envoy's is refused with the command that reads it", async () => {
    const envoy = `${MESH}/clusters/demo/proxies/clinic/clinic-waypoint-7db5445587-vpjqg/config_dump.json`;
    const { stderr, exitCode } = await run(`zc workload -f ${envoy}`);
    expect(exitCode).toBe(65);
    expect(stderr).toContain('meshscope proxy-config');
  });

  test('of a ztunnel that lost istiod name the certificate that was not issued, and why', async () => {
    const file = 'fixtures/ztunnel/istiod-lost.config_dump.json';
    const { stdout } = await run(`zc certificate -f ${file}`, { now: new Date('2026-11-23T02:57:00Z') });
    expect(stdout).toMatch(/^✖ 1 broken, of 8 identities\n/);
    expect(stdout).toMatch(
      /✖ spiffe:\/\/cluster\.local\/ns\/clinic\/sa\/newcomer +Unavailable .*client error \(Connect\)/,
    );
    const compat = await run(`zc certificate -f ${file} --compat`, { now });
    expect(compat.stdout).toContain(
      'spiffe://cluster.local/ns/clinic/sa/newcomer         NA       Unavailable     false          NA',
    );
  });

  test('JSON holds the fields of the reference and those that it leaves out', async () => {
    const [first] = JSON.parse(
      (await run(`zc service -f ${DUMP} -o json --service-namespace clinic`)).stdout,
    );
    expect(first).toMatchObject({ name: 'appointments', ipFamilies: 'IPv4' });
    expect(Object.values(first.endpoints)[0]).toMatchObject({ service: '', status: 'Healthy' });
    const compat = JSON.parse((await run(`zc service -f ${DUMP} -o json --compat`)).stdout);
    expect(JSON.stringify(compat)).not.toContain('"status"');
  });

  test('can be saved with all -o json and read again', async () => {
    const saved = (await ask('all --node ward-1 -o json')).stdout;
    const { stdout } = await run('zc workload --file - --workload-node ward-1', { stdin: saved });
    expect(stdout).toContain('of 30 workloads');
  });
});
