import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const MESH = 'fixtures/meshes/ambient';
const now = new Date('2026-11-23T02:51:26Z');
const golden = (name: string): string => `../../fixtures/golden/waypoint/${name}.txt`;
const ask = (words: string, mesh = MESH) => run(`waypoint ${words} --from ${mesh}`, { now });
const copies: string[] = [];
afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the mesh, without its manifest, in which a file was rewritten, or removed. */
function meshWith(path: string, change: ((text: string) => string) | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'waypoint-'));
  copies.push(folder);
  cpSync(join(ROOT, MESH, 'clusters'), join(folder, 'clusters'), { recursive: true });
  const file = join(folder, 'clusters/demo', path);
  if (change === undefined) rmSync(file);
  else writeFileSync(file, change(readFileSync(file, 'utf8')));
  return folder;
}

describe('waypoint status', () => {
  test('does not believe Programmed: a rejecting and a dead Envoy, and waypoints that are named in vain', async () => {
    const { stdout, stderr, exitCode } = await ask('status');
    expect([stderr, exitCode]).toEqual(['', 0]);
    await expect(stdout).toMatchFileSnapshot(golden('status'));
  });

  test('of one waypoint, by name or NAME.NAMESPACE, tells who names that one in vain', async () => {
    const { stdout } = await ask('status clinic-waypoint.clinic');
    expect(stdout).toContain('1 of 1 waypoint does not work; 1 object names a waypoint in vain');
    expect(stdout).toContain('Service pharmacy/stock');
    expect(stdout).not.toContain('pharmacy-waypoint');
    const { stderr, exitCode } = await ask('status clinic-waipoint');
    expect(exitCode).toBe(66);
    expect(stderr).toContain('near  clinic-waypoint');
  });

  test('as JSON has a kind, and the same words', async () => {
    const answer = JSON.parse((await ask('status -n pharmacy -o json')).stdout);
    expect(answer).toMatchObject({
      apiVersion: 'meshscope.io/v1',
      kind: 'WaypointStatus',
      namespace: 'pharmacy',
    });
    expect(answer.waypoints).toHaveLength(1);
    expect(answer).not.toHaveProperty('hasGateways');
    expect(answer.unbound.map(({ name }: { name: string }) => name)).toEqual(['billing', 'stock']);
  });

  test('of one namespace looks at who is in it alone, as who may see no other must', async () => {
    const { stdout } = await ask('status -n clinic');
    expect(stdout).toContain('✖ 1 of 1 waypoint in namespace clinic does not work\n');
    expect(stdout).not.toContain('pharmacy');
  });

  test('of a recording is not waited for, and ends with 1 while a waypoint does not work', async () => {
    const { stderr, exitCode } = await ask('status --wait');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is a recording, it does not change: --wait ends');
  });

  test('without pods it is not known whether waypoints work, and what is missing is named', async () => {
    const mesh = meshWith('kubernetes/core/v1/pods.json', undefined);
    const { stdout, stderr } = await ask('status', mesh);
    expect(stdout).toContain('of 2 it is not known whether they work');
    expect(stdout).not.toContain('does not work');
    expect(stderr).toContain('note: pods');
  });

  test('without services it is not known who uses a waypoint', async () => {
    const mesh = meshWith('kubernetes/core/v1/services.json', undefined);
    const { stdout, stderr } = await ask('status clinic-waypoint', mesh);
    expect(stdout).toContain('used by  not known');
    expect(stderr).toContain('note: services');
    expect(JSON.parse((await ask('status -o json', mesh)).stdout).usersKnown).toBe(false);
  });

  test('fits a terminal of 80 columns', async () => {
    const { stdout } = await run(`waypoint status --from ${MESH} --color never`, {
      now,
      tty: { columns: 80 },
    });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('names from a cluster can not steer the terminal', async () => {
    const mesh = meshWith('kubernetes/core/v1/services.json', (text) =>
      text.replaceAll('ghost-waypoint', 'ghost\\u001b[2Jwaypoint'),
    );
    const { stdout } = await ask('status', mesh);
    expect(stdout).not.toContain('\u001b[2J');
    expect(stdout).toContain('ghost\\x1b[2Jwaypoint');
  });
});

describe('waypoint list', () => {
  test('shows what Gateways say, of all namespaces', async () => {
    await expect((await ask('list')).stdout).toMatchFileSnapshot(golden('list'));
    expect((await ask('list -n frontdesk')).stdout).toBe('no waypoints in namespace frontdesk\n');
    expect((await ask('list -n frontdeks')).exitCode).toBe(66);
    expect(JSON.parse((await ask('list -o json')).stdout)).toMatchObject({ kind: 'WaypointList' });
  });

  test('a waypoint without a label takes traffic for services; the reference says none', async () => {
    const mesh = meshWith('kubernetes/gateway.networking.k8s.io/v1/gateways.json', (text) =>
      text.replaceAll('"istio.io/waypoint-for"', '"other"'),
    );
    expect((await ask('list', mesh)).stdout).toContain('service (default)');
    expect((await ask('list -A --compat', mesh)).stdout).toContain('none');
  });
});

describe('waypoint generate', () => {
  test('writes a Gateway, with labels and namespace where they are given, and needs no mesh', async () => {
    const { stdout, exitCode } = await run(
      'waypoint generate -n clinic --name lab-waypoint --for all -r canary',
    );
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot(golden('generate'));
    expect(JSON.parse((await run('waypoint generate -o json')).stdout).metadata).toEqual({
      name: 'waypoint',
    });
  });

  test.each(['--name none', '--name Not_A_Name', '--for everything'])(
    '%s is a usage error',
    async (words) => {
      expect(await run(`waypoint generate ${words}`)).toMatchObject({ exitCode: 64, stdout: '' });
    },
  );
});
