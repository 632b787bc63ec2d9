import type { KubeObject } from '../../kube/object.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { LiveMesh } from '../../sources/live-mesh.ts';
import type { MeshSource } from '../../sources/source.ts';
import { usageError } from '../../util/errors.ts';
import type { CommandContext } from '../context.ts';
import { noteMissing } from '../missing.ts';
import type { LevelTarget } from './level-server.ts';

/** What a live mesh can do beyond reading. Throws a usage error for a recording: its levels are what they were. */
export function liveMesh(source: MeshSource, context: CommandContext): LiveMesh {
  if (source.live !== undefined) return source.live;
  throw usageError(
    `log levels can't be changed in a recording: ${context.globals.from ?? source.label} can only be read`,
    {
      hint: 'leave --from out to change them in the live mesh',
    },
  );
}

/** The pods with what tells them from later ones of their names. */
export async function levelTargets(
  pods: readonly PodRef[],
  source: MeshSource,
  context: CommandContext,
): Promise<readonly LevelTarget[]> {
  const objects = new Map<string, KubeObject>();
  for (const namespace of new Set(pods.map((pod) => pod.namespace))) {
    const answer = await source.resources({ group: '', plural: 'pods', namespace });
    noteMissing(context, `pods of ${namespace}`, answer);
    for (const object of answer.ok ? answer.value : [])
      objects.set(proxyId({ name: object.metadata.name, namespace }), object);
  }
  return pods.map((pod) => {
    const object = objects.get(proxyId(pod));
    return { pod, uid: object?.metadata.uid, object };
  });
}
