import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '../../src/kube/object.ts';
import { asArray, asObject, asString, field } from '../../src/util/json.ts';
import { CONFORMANCE } from './analysis-runs.ts';

/** Namespaces of Kubernetes itself. */
const IGNORED = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** The resources of input files; a document without a namespace gets `namespace` (none when it is undefined). */
export function readInputs(files: readonly string[], namespace: string | undefined): KubeObject[] {
  return files.flatMap(filesBelow).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split(/^---\s*$/m)
      .flatMap(documents)
      .flatMap((document) =>
        field(document, 'kind') === 'List' ? asArray(field(document, 'items')) : [document],
      )
      .flatMap((document) => asResource(document, namespace))
      .filter(
        ({ kind, metadata }) =>
          !IGNORED.has(kind === 'Namespace' ? metadata.name : (metadata.namespace ?? '')),
      ),
  );
}

/** The file itself, or the files of a folder that hold resources, in order. */
function filesBelow(name: string): readonly string[] {
  const path = join(CONFORMANCE, name);
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return found
    .filter((file) => /\.(ya?ml|json)$/.test(file))
    .sort()
    .map((file) => join(path, file));
}

function documents(text: string): unknown[] {
  try {
    return loadAll(text) as unknown[];
  } catch {
    return [];
  }
}

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'Node',
  'CustomResourceDefinition',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'GatewayClass',
]);

function asResource(document: unknown, namespace: string | undefined): KubeObject[] {
  const [apiVersion, kind] = [asString(field(document, 'apiVersion')), asString(field(document, 'kind'))];
  const metadata = asObject(field(document, 'metadata'));
  if (apiVersion === undefined || kind === undefined || metadata === undefined) return [];
  const own = CLUSTER_SCOPED.has(kind) ? undefined : (asString(metadata['namespace']) ?? namespace);
  const { namespace: _, ...rest } = metadata;
  return [
    {
      ...(document as KubeObject),
      metadata: { ...rest, name: String(metadata['name'] ?? ''), ...(own ? { namespace: own } : {}) },
    },
  ];
}

/** MeshConfig or MeshNetworks of a file, as the resource that analyzers read. */
export function readMeshFile(kind: 'MeshConfig' | 'MeshNetworks', file: string | null): KubeObject {
  const [document] = file === null ? [{}] : documents(readFileSync(join(CONFORMANCE, file), 'utf8'));
  return {
    ...asObject(document),
    apiVersion: 'mesh.istio.io/v1alpha1',
    kind,
    metadata: { name: kind.toLowerCase(), namespace: 'istio-system' },
  };
}
