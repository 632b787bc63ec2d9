import type { LiveOptions } from '../sources/live-options.ts';
import type { MeshSource } from '../sources/source.ts';
import { usageError } from '../util/errors.ts';
import { MESHSCOPE_VERSION } from '../util/version.ts';
import type { GlobalValues } from './global-options.ts';
import type { CliIo } from './io.ts';

/**
 * The mesh that the command line names: a recording (`--from`), otherwise the live cluster of the kubeconfig. The
 * Kubernetes client is loaded for the latter alone. Throws what opening says: no such file, no kubeconfig …
 */
export async function openMesh(
  globals: GlobalValues,
  live: LiveOptions,
  io: CliIo,
  signal: AbortSignal,
): Promise<MeshSource> {
  if (globals.from === undefined) return openLiveMesh(globals, live, io, signal);
  if (globals.context !== undefined || globals.kubeconfig !== undefined) {
    throw usageError('--from reads a recording: --context and --kubeconfig name a live cluster', {
      hint: 'give one of them',
    });
  }
  if (live.adminUrl !== undefined || live.ssh !== undefined) {
    throw usageError('--from reads a recording: --admin-url and --ssh ask a running Envoy', {
      hint: 'give one of them',
    });
  }
  const { openSource } = await import('../sources/open-source.ts');
  return openSource({ from: globals.from, cwd: io.cwd, stdin: io.stdin, clock: io.clock, signal });
}

const ADMIN_PORT = 15000;

async function openLiveMesh(
  globals: GlobalValues,
  live: LiveOptions,
  io: CliIo,
  signal: AbortSignal,
): Promise<MeshSource> {
  if (globals.as === undefined && (globals.asGroup.length > 0 || globals.asUid !== undefined)) {
    throw usageError('--as-group and --as-uid need --as');
  }
  const { adminUrl, ssh, adminPort = ADMIN_PORT } = live;
  if (adminUrl !== undefined || ssh !== undefined) {
    const { openOutside } = await import('../sources/outside/outside-source.ts');
    const { clock } = io;
    return openOutside({ adminUrl, ssh, adminPort, idleMs: globals.kubeclientTimeout, clock, signal });
  }
  const { openClusterSource } = await import('../sources/cluster/open-cluster.ts');
  return openClusterSource({
    kubeconfig: globals.kubeconfig,
    context: globals.context,
    env: io.env,
    home: io.env['HOME'] ?? io.env['USERPROFILE'] ?? '/',
    cwd: io.cwd,
    as:
      globals.as === undefined
        ? undefined
        : { user: globals.as, groups: globals.asGroup, uid: globals.asUid },
    istioNamespace: globals.istioNamespace,
    revision: globals.revision,
    namespace: globals.allNamespaces ? undefined : globals.namespace,
    live,
    idleMs: globals.kubeclientTimeout,
    clock: io.clock,
    userAgent: `meshscope/${MESHSCOPE_VERSION}`,
    signal,
  });
}
