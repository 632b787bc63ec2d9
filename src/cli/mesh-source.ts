import type { ChosenContext } from '../sources/cluster/kubeconfig-files.ts';
import type { LiveOptions } from '../sources/live-options.ts';
import type { MeshSource } from '../sources/source.ts';
import { usageError } from '../util/errors.ts';
import { MESHSCOPE_VERSION } from '../util/version.ts';
import type { CommandContext } from './context.ts';
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

/** Another context of the kubeconfig, as the same user. */
export function openContext(
  { globals, io, signal }: Pick<CommandContext, 'globals' | 'io' | 'signal'>,
  context: string,
): Promise<MeshSource> {
  return openLiveMesh({ ...globals, context }, {}, io, signal);
}

/** The cluster of a kubeconfig that was read from a mesh, or why it is not used. */
export async function openKubeconfig(
  { globals, io, signal }: Pick<CommandContext, 'globals' | 'io' | 'signal'>,
  context: string,
  text: string,
): Promise<{ readonly source: MeshSource } | { readonly refused: string }> {
  const { givenContext } = await import('../sources/cluster/given-kubeconfig.ts');
  const given = givenContext(text);
  if (!given.ok) return { refused: given.why };
  const source = await openLiveMesh({ ...globals, context }, {}, io, signal, given.context);
  return { source };
}

/** The Envoy outside Kubernetes that `--admin-url` or `--ssh` names. Throws a usage error for what is no address. */
export async function openOutsideEnvoy(
  { globals, io, signal }: Pick<CommandContext, 'globals' | 'io' | 'signal'>,
  { adminUrl, ssh, adminPort = ADMIN_PORT }: LiveOptions,
): Promise<MeshSource> {
  const { openOutside } = await import('../sources/outside/outside-source.ts');
  const { clock } = io;
  return openOutside({ adminUrl, ssh, adminPort, idleMs: globals.kubeclientTimeout, clock, signal });
}

async function openLiveMesh(
  globals: GlobalValues,
  live: LiveOptions,
  io: CliIo,
  signal: AbortSignal,
  given?: ChosenContext,
): Promise<MeshSource> {
  if (globals.as === undefined && (globals.asGroup.length > 0 || globals.asUid !== undefined)) {
    throw usageError('--as-group and --as-uid need --as');
  }
  if (live.adminUrl !== undefined || live.ssh !== undefined) {
    return openOutsideEnvoy({ globals, io, signal }, live);
  }
  const { openClusterSource } = await import('../sources/cluster/open-cluster.ts');
  return openClusterSource({
    given,
    kubeconfig: globals.kubeconfig,
    context: globals.context,
    env: io.env,
    home: io.env['HOME'] ?? io.env['USERPROFILE'] ?? '/',
    cwd: io.cwd,
    // To act as somebody is a right of one's own login only.
    as:
      globals.as === undefined || given !== undefined
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
