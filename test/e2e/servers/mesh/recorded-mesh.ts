import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryPath } from '../part.ts';

/** A Kubernetes object of the recorded mesh, as it is in its file. */
export interface RecordedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly namespace?: string;
  };
  readonly [field: string]: unknown;
}

/** Name of a pod and of its namespace. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** A recorded mesh in the layout of a snapshot: what the servers of the tests replay. */
export class RecordedMesh {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** A mesh of the fixtures; `undefined` where it is not there. */
  static find(name: 'shop' | 'ambient' = 'shop'): RecordedMesh | undefined {
    const folders = [
      repositoryPath(`fixtures/meshes/${name}`),
      repositoryPath(`../shared/captures/${name}/snapshot`),
    ];
    const root = folders.find((folder) => existsSync(join(folder, 'snapshot.json')));
    return root === undefined ? undefined : new RecordedMesh(join(root, 'clusters/demo'));
  }

  /** All objects, with group, version and plural of their REST path. */
  objects(): { readonly path: string; readonly plural: string; readonly items: readonly RecordedObject[] }[] {
    const base = join(this.#root, 'kubernetes');
    return folders(base).flatMap((group) =>
      folders(join(base, group)).flatMap((version) =>
        readdirSync(join(base, group, version)).map((file) => {
          const list = JSON.parse(readFileSync(join(base, group, version, file), 'utf8'));
          const path = group === 'core' ? `/api/${version}` : `/apis/${group}/${version}`;
          return { path, plural: file.replace(/\.json$/, ''), items: list.items as RecordedObject[] };
        }),
      ),
    );
  }

  /** Pods whose Envoy pages were recorded. */
  proxies(): PodName[] {
    return this.#pods('proxies').filter((pod) => this.proxyPage(pod, 'config_dump.json') !== undefined);
  }

  /** Pods of istiod whose debug pages were recorded. */
  istiods(): PodName[] {
    return this.#pods('istiod');
  }

  /** A recorded page of a proxy by its file name; `undefined` when there is none. */
  proxyPage(pod: PodName, file: string): Buffer | undefined {
    return this.#read('proxies', pod.namespace, pod.name, file);
  }

  /** Pods of ztunnel whose pages were recorded. */
  ztunnels(): PodName[] {
    return this.#pods('ztunnel');
  }

  /** Pods of the CNI plugin. */
  cniPods(): PodName[] {
    const pods = this.objects().find(({ path, plural }) => path === '/api/v1' && plural === 'pods');
    return (pods?.items ?? []).flatMap(({ metadata: { name, namespace = '', labels } }) =>
      (labels as Record<string, string> | undefined)?.['k8s-app'] === 'istio-cni-node'
        ? [{ name, namespace }]
        : [],
    );
  }

  /** A recorded page of a ztunnel by its file name; `undefined` when there is none. */
  ztunnelPage(pod: PodName, file: string): Buffer | undefined {
    return this.#read('ztunnel', pod.namespace, pod.name, file);
  }

  /** A recorded page of an istiod by its path under the pod's folder. */
  istiodPage(pod: PodName, ...path: readonly string[]): Buffer | undefined {
    return this.#read('istiod', pod.namespace, pod.name, ...path);
  }

  /** Logs of a pod's containers: container name to text. */
  logs(room: 'proxies' | 'istiod', pod: PodName): ReadonlyMap<string, string> {
    const folder = join(this.#root, room, pod.namespace, pod.name, 'logs');
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return new Map(
      files.map((file) => [file.replace(/\.log$/, ''), readFileSync(join(folder, file), 'utf8')]),
    );
  }

  #pods(room: 'proxies' | 'istiod' | 'ztunnel'): PodName[] {
    const base = join(this.#root, room);
    return folders(base).flatMap((namespace) =>
      folders(join(base, namespace)).map((name) => ({ namespace, name })),
    );
  }

  #read(...path: readonly string[]): Buffer | undefined {
    const file = join(this.#root, ...path);
    return existsSync(file) ? readFileSync(file) : undefined;
  }
}

function folders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
