import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Bench } from '../bench.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type RunningEnvoy, startEnvoy } from './envoy.ts';
import { type EnvoyPair, startEnvoyPair } from './envoy-pair.ts';
import { apiServerProgram, kwokProgram } from './go-program.ts';
import { envoyProgram, etcdProgram } from './installed-programs.ts';
import { startControlServer } from './mesh/control-server.ts';
import { loadObjects } from './mesh/load-objects.ts';
import { createMeshRoot } from './mesh/mesh-root.ts';
import { RecordedMesh } from './mesh/recorded-mesh.ts';
import { REAL_POD, ReplayedMesh } from './mesh/replayed-mesh.ts';
import type { Part } from './part.ts';

/** Starts the real servers once for all files; where a part is missing the tests are skipped with its name. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const etcd = etcdProgram();
  const apiServer = apiServerProgram();
  const kwok = kwokProgram();
  const mesh = RecordedMesh.find();
  const missing = [etcd, apiServer, kwok].flatMap((part) => (part.ok ? [] : [part.reason]));
  if (mesh === undefined) missing.push('no recorded mesh: fixtures/meshes/shop');
  const none = async (): Promise<void> => {};
  if (!etcd.ok || !apiServer.ok || !kwok.ok || kwok.crds === undefined || mesh === undefined) {
    const reason = missing.join('; ');
    process.stderr.write(`end-to-end tests are skipped: ${reason}\n`);
    provideBench(project, { ok: false, reason });
    return none;
  }
  const folder = mkdtempSync(join(tmpdir(), 'meshscope-e2e-'));
  const programs = { etcd: etcd.path, apiServer: apiServer.path, kwok: kwok.path };
  const plane = await startControlPlane(programs, folder);
  let replayed: ReplayedMesh | undefined;
  let envoy: RunningEnvoy | undefined;
  let pair: EnvoyPair | undefined;
  const stopPlane = async (): Promise<void> => {
    await replayed?.stop();
    await envoy?.child.stop();
    await pair?.stop();
    await plane.stop();
    plane.admin.close();
    if (process.env['E2E_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await loadObjects(plane, mesh, kwok.crds);
    const root = await createMeshRoot(plane.admin, folder);
    replayed = new ReplayedMesh(plane.admin, mesh, folder, root.login);
    await replayed.start();
    const envoyPart = envoyProgram();
    if (!envoyPart.ok) process.stderr.write(`tests of a real Envoy are skipped: ${envoyPart.reason}\n`);
    else {
      envoy = await startEnvoy(envoyPart.path, folder);
      await replayed.addProxyPod(REAL_POD, envoy.adminPort);
      pair = await startEnvoyPair(envoyPart.path, folder);
      await replayed.addPair(pair);
    }
    const control = await startControlServer(replayed);
    provideBench(project, benchOf(plane, control.url, mesh, root.certDir, envoyPart, pair));
    return async () => {
      await control.stop();
      await stopPlane();
    };
  } catch (error) {
    await stopPlane();
    throw error;
  }
}

function benchOf(
  plane: ControlPlane,
  control: string,
  mesh: RecordedMesh,
  certDir: string,
  envoy: Part,
  pair: EnvoyPair | undefined,
): Bench {
  return {
    ok: true,
    kubeconfig: plane.kubeconfig,
    auditLog: plane.auditLog,
    control,
    certDir,
    proxies: mesh.proxies(),
    istiods: mesh.istiods(),
    withoutEnvoy: envoy.ok ? undefined : envoy.reason,
    outbound: pair?.outbound,
  };
}

function provideBench(project: TestProject, bench: Bench): void {
  project.provide('bench', bench);
}
