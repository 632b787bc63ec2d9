import { asBoolean, asNumber, asObjects, asString, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';

/** A port that a container of a pod says it serves. Containers may serve others without saying so. */
export interface ContainerPort {
  readonly port: number;
  readonly name: string | undefined;
  /** `TCP`, `UDP` or `SCTP`. */
  readonly transport: string;
  readonly container: string;
}

/** The ports that the containers of a pod declare, in the order of the pod; native sidecars included. */
export function containerPorts(pod: KubeObject): readonly ContainerPort[] {
  const native = asObjects(field(pod, 'spec', 'initContainers')).filter(
    (one) => one['restartPolicy'] === 'Always',
  );
  const containers = [...asObjects(field(pod, 'spec', 'containers')), ...native];
  return containers.flatMap((container) =>
    asObjects(container['ports']).flatMap((one) => {
      const port = asNumber(one['containerPort']);
      if (port === undefined) return [];
      const transport = asString(one['protocol']) ?? 'TCP';
      return [{ port, name: asString(one['name']), transport, container: asString(container['name']) ?? '' }];
    }),
  );
}

/** The containers that are not ready, with what they wait for; none when the pod does not say. */
export function unreadyContainers(pod: KubeObject): readonly { name: string; reason: string | undefined }[] {
  return asObjects(field(pod, 'status', 'containerStatuses')).flatMap((one) => {
    if (asBoolean(one['ready']) !== false) return [];
    const reason =
      asString(field(one, 'state', 'waiting', 'reason')) ??
      asString(field(one, 'state', 'terminated', 'reason'));
    return [{ name: asString(one['name']) ?? '', reason }];
  });
}

/** The workload that a pod belongs to, as `Deployment storefront-v1`; `undefined` for a pod on its own. */
export function workloadOf(pod: KubeObject): { readonly kind: string; readonly name: string } | undefined {
  const owners = Array.isArray(pod.metadata.ownerReferences) ? pod.metadata.ownerReferences : [];
  const owner = owners.find((one) => one?.controller === true) ?? owners[0];
  if (typeof owner?.name !== 'string' || typeof owner.kind !== 'string') return undefined;
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
  }
  return { kind: owner.kind, name: owner.name };
}

/** What runs a pod: its workload, or the pod itself when it is on its own. */
export function podRunner(pod: KubeObject): {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
} {
  const { namespace = '', name } = pod.metadata;
  return { namespace, ...(workloadOf(pod) ?? { kind: 'Pod', name }) };
}

/** Whether the pod's Ready condition holds; `undefined` when it does not say. */
export function isReady(pod: KubeObject): boolean | undefined {
  const status = asObjects(field(pod, 'status', 'conditions')).find((one) => one['type'] === 'Ready')?.[
    'status'
  ];
  return status === undefined ? undefined : status === 'True';
}
