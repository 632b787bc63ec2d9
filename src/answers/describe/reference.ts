import type { ConfigDump } from '../../envoy/dump.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podPhase } from '../../kube/pod.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { asBoolean, asObjects, field } from '../../util/json.ts';

/** What the reference's text of `describe` is made from (`--compat`). */
export interface ReferenceInput {
  readonly form: 'pod' | 'service';
  /** Names of this namespace are written without it. */
  readonly namespace: string;
  /** The described pod, or the first pod of the service that can be asked; `undefined` when there is none. */
  readonly pod: KubeObject | undefined;
  /** The Services that select the pod, or the described one. */
  readonly services: readonly KubeObject[];
  /** Of a service: all pods that its selector picks. */
  readonly selected: readonly KubeObject[];
  /** Labels of the pods that subsets are matched with. */
  readonly podLabels: readonly Readonly<Record<string, string>>[];
  /** The pod's dump; `undefined` where it is not asked. */
  readonly dump: ConfigDump | undefined;
  /** Whether an Envoy that must be asked could not be: the reference stops there and ends with 1. */
  readonly stopped: boolean;
  readonly ingress: readonly { readonly pod: KubeObject; readonly dump: ConfigDump }[];
  readonly objects: MeshObjects;
  readonly ignoreUnmeshed: boolean;
}

/** Our answer, or under `--compat` what the reference's text is made from. */
export type DescribeAnswer<T> =
  | { readonly kind: 'ours'; readonly description: T }
  | { readonly kind: 'reference'; readonly input: ReferenceInput };

/** Whether the reference asks a pod about its service: `usable`, or why not. */
export function referenceUse(pod: KubeObject): 'usable' | 'not-running' | 'no-proxy' | 'not-ready' {
  if (podPhase(pod) !== 'Running') return 'not-running';
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((list) =>
    asObjects(field(pod, 'status', list)),
  );
  const proxy = statuses.find(({ name }) => name === 'istio-proxy');
  if (proxy === undefined) return 'no-proxy';
  return asBoolean(proxy['ready']) === true ? 'usable' : 'not-ready';
}
