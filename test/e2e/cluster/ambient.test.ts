import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { AMBIENT_SYSTEM, AmbientMesh } from '../servers/mesh/ambient-mesh.ts';
import { RecordedMesh } from '../servers/mesh/recorded-mesh.ts';

/** Ages count from different moments, the control plane has another name, and columns are as wide as names are. */
function normal(text: string): string {
  return text
    .replaceAll(AMBIENT_SYSTEM, 'istio-system')
    .replace(/\b\d+(?:ms|s|m|h|d|y)(?:\d+(?:s|m|h|d))?\b/g, 'AGE')
    .replace(/ {2,}/g, '  ')
    .replace(/[^\S\n]+$/gm, '');
}

/** The moment of the recording: otherwise its certificates have expired meanwhile. */
const now = new Date('2026-11-23T02:51:26Z');

describeLive('an ambient mesh', (bench) => {
  const recording = RecordedMesh.find('ambient');
  if (recording === undefined) {
    it.skip('there is no recording of it', () => {});
    return;
  }
  let mesh: AmbientMesh | undefined;
  beforeAll(async () => {
    const node = JSON.parse(await bench.admin.text('/api/v1/nodes/lab-node-1'));
    mesh = new AmbientMesh(bench.admin, recording, node.status.daemonEndpoints.kubeletEndpoint.Port);
    await mesh.start();
  });
  afterAll(async () => mesh?.stop());
  const live = (user: string): string[] => [
    '--kubeconfig',
    bench.kubeconfig,
    '--context',
    user,
    '-i',
    AMBIENT_SYSTEM,
  ];
  const ask = (line: string, user = 'admin') => run([...line.split(' '), ...live(user)], { now });

  it.each([
    'ztunnel-config workload ztunnel-qvvs4',
    'ztunnel-config workload deploy/reception-v1 -n clinic',
    'ztunnel-config workload records-v1-59c896bcbc-lmwfr.clinic',
    'ztunnel-config service --node ward-1',
    'ztunnel-config service --node ward-2 --service-namespace pharmacy -o yaml',
    'ztunnel-config policy --node ward-2',
    'ztunnel-config certificate',
    'ztunnel-config certificate --node ward-1 -o json',
    'ztunnel-config connections --node ward-1 --direction inbound',
    'ztunnel-config connections deploy/reception-v1 -n clinic --raw',
    'ztunnel-config all --node ward-2',
    'waypoint list',
    'waypoint status',
    'waypoint status clinic-waypoint -n clinic',
  ])('%s says what it says of the recording', async (line) => {
    const ofLive = await ask(line);
    const ofRecording = await run([...line.split(' '), '--from', 'fixtures/meshes/ambient'], { now });
    expect(ofLive.exitCode, ofLive.stderr).toBe(ofRecording.exitCode);
    expect(normal(ofLive.stdout)).toBe(normal(ofRecording.stdout));
  });

  it('without a name asks on until a ztunnel answers; the dead one is named where all are asked', async () => {
    const { stdout, exitCode, stderr } = await ask('zc workload');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('30 workloads');
    const all = await ask('zc certificate --strict');
    expect(all.exitCode).toBe(75);
    expect(all.stderr).toContain(`ztunnel-sg8xk.${AMBIENT_SYSTEM}`);
  });

  it('a dead ztunnel is unreachable, and the workload that it serves is told', async () => {
    const dead = await ask(`zc workload ztunnel-sg8xk.${AMBIENT_SYSTEM}`);
    expect([dead.exitCode, dead.stdout]).toEqual([69, '']);
    expect(dead.stderr).toContain(`can't read config_dump of ztunnel-sg8xk.${AMBIENT_SYSTEM}`);
    const served = await ask('zc certificate deploy/stock-v1.pharmacy');
    expect(served.exitCode).toBe(69);
    expect(served.stderr).toContain('runs on node ward-3, which this ztunnel serves');
  });

  it('a pod of no ztunnel, and a node without one, are named', async () => {
    const { exitCode, stderr } = await ask('zc workload --node ward-4');
    expect(exitCode).toBe(66);
    expect(stderr).toContain('ward-1');
    expect((await ask('zc workload nosuch.clinic')).exitCode).toBe(66);
  });

  it('where port-forward is forbidden no other way is tried, and the rule to ask for is told', async () => {
    const { exitCode, stderr, stdout } = await ask('zc workload --node ward-1', 'no-portforward');
    expect([exitCode, stdout]).toEqual([77, '']);
    expect(stderr).toContain('create on pods/portforward');
    expect(stderr).toContain('no agent');
  });

  it('waits for waypoints that do not work, and ends with 1', async () => {
    const { exitCode, stdout } = await ask('waypoint status -n clinic --wait --waypoint-timeout 1s');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('clinic/clinic-waypoint');
  });

  describe('a ztunnel that answers wrongly', () => {
    it.each([
      ['hang', 69],
      ['eof', 69],
      ['cut', 69],
      [500, 69],
      [403, 77],
    ] as const)('(%s) is told of, and never half an answer', async (fault, code) => {
      const server = mesh?.servers.get('istio-system/ztunnel-tcbhm:15000');
      await server?.setFault(fault);
      try {
        const words = ['zc', 'workload', '--node', 'ward-1', '--kubeclient-timeout', '1s', ...live('admin')];
        const { exitCode, stdout, stderr } = await run(words, { now });
        expect([exitCode, stdout], stderr).toEqual([code, '']);
        expect(stderr).toContain('ztunnel-tcbhm');
      } finally {
        await server?.setFault('none');
      }
    });
  });
});
