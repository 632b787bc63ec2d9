import type { CommandContext } from '../../cli/context.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { ExitCode, MeshscopeError, notFoundError } from '../../util/errors.ts';
import { podPath } from './pod-metrics.ts';

/** Admin port of Envoy, which the reference asks whatever the annotations say. */
const ADMIN = 15000;

/**
 * The metrics of a pod as Prometheus is told to read them: by its annotations, where the injector wrote the page on
 * which the agent joins Envoy's metrics with the application's. Throws not-found for a recording, which has no such page.
 */
export async function mergedMetrics(
  context: CommandContext,
  pod: PodRef,
  compat: boolean,
): Promise<Uint8Array> {
  const source = await context.source();
  const { live } = source;
  if (live === undefined) {
    throw notFoundError(`can't read merged metrics of ${proxyId(pod)}: a recording holds Envoy's own alone`, {
      hint: '-o prom prints those; or ask the live cluster (without --from)',
    });
  }
  const answer = await source.resources({ group: '', plural: 'pods', namespace: pod.namespace });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const object = answer.value.find(({ metadata }) => metadata.name === pod.name);
  const { port, path } = podPath(object?.metadata.annotations ?? {});
  const reply = await live.request(pod, { port: compat ? ADMIN : port, method: 'GET', path });
  if (!reply.ok) throw toMeshscopeError(reply.error);
  const { status, body } = reply.value;
  if (status === 200) return body;
  throw new MeshscopeError(
    'Unreachable',
    ExitCode.unreachable,
    `port ${port} of ${proxyId(pod)} answered ${status} for ${path}`,
    {
      hint: 'compare the annotations prometheus.io/port and prometheus.io/path of the pod with what it serves',
    },
  );
}
