import type { AdminClient } from './admin-client.ts';
import type { PodName } from './mesh/recorded-mesh.ts';

/** A pod of the test cluster whose ports lead to servers on this machine. */
export interface ForwardedPod extends PodName {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Ports of the pod, and the ports of this machine behind them. */
  readonly ports?: Readonly<Record<number, number>>;
  readonly container?: string;
  /** Name of the ReplicaSet that it belongs to. */
  readonly replicaSet?: string;
  /** `Running` and ready when absent. */
  readonly status?: object;
}

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

/** Creates the pod (and its namespace) with its status, and tells kwok where its ports lead. */
export async function addForwardedPod(admin: AdminClient, pod: ForwardedPod): Promise<void> {
  const { namespace, name, labels, annotations, ports = {}, container = 'app', replicaSet } = pod;
  const path = `/api/v1/namespaces/${namespace}/pods`;
  await admin.create('/api/v1/namespaces', { metadata: { name: namespace } });
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: replicaSet,
    uid: 'of-the-test',
    controller: true,
  };
  const ownerReferences = replicaSet === undefined ? [] : [owner];
  const spec = { nodeName: 'lab-node-1', containers: [{ name: container, image: 'test' }] };
  await admin.create(path, { metadata: { name, labels, annotations, ownerReferences }, spec });
  await admin.merge(`${path}/${name}/status`, { status: pod.status ?? READY });
  const forwards = Object.entries(ports).map(([port, local]) => ({
    ports: [Number(port)],
    target: { address: '127.0.0.1', port: local },
  }));
  await admin.create(`${KWOK}/namespaces/${namespace}/portforwards`, {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'PortForward',
    metadata: { name, namespace },
    spec: { forwards },
  });
}

const KWOK = '/apis/kwok.x-k8s.io/v1alpha1';

/** Deletes the pod and the way to its ports. */
export async function removeForwardedPod(admin: AdminClient, { namespace, name }: PodName): Promise<void> {
  await admin.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
  await admin.delete(`${KWOK}/namespaces/${namespace}/portforwards/${name}`);
}
