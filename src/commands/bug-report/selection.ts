import type { KubeObject } from '../../kube/object.ts';
import { usageError } from '../../util/errors.ts';
import { asString, field } from '../../util/json.ts';

/** A selector of the reference: `namespaces/deployments/pods/labels/annotations/containers`, each a comma list. */
export interface Selector {
  readonly namespaces: readonly RegExp[];
  readonly workloads: readonly RegExp[];
  readonly pods: readonly RegExp[];
  readonly labels: readonly (readonly [string, RegExp])[];
  readonly annotations: readonly (readonly [string, RegExp])[];
  readonly containers: readonly RegExp[];
}

/** Namespaces of Kubernetes itself, which hold nothing of the mesh. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'];
const FIELDS = 6;

/** Reads one value of `--include` or `--exclude`. Throws exit 64. */
export function parseSelector(spec: string, flag: string): Selector {
  const fields = spec.split('/');
  if (fields.length > FIELDS) {
    throw usageError(`${flag}: "${spec}" has ${fields.length} fields, at most ${FIELDS} are known`, {
      hint: 'NAMESPACES/DEPLOYMENTS/PODS/LABELS/ANNOTATIONS/CONTAINERS, each a list with commas; * stands for any text',
    });
  }
  const [namespaces = '', workloads = '', pods = '', labels = '', annotations = '', containers = ''] = fields;
  return {
    namespaces: globs(namespaces),
    workloads: globs(workloads),
    pods: globs(pods),
    labels: pairs(labels, flag),
    annotations: pairs(annotations, flag),
    containers: globs(containers),
  };
}

/** Whether a pod is wanted: by one `--include` at least (all when there is none) and no `--exclude`. */
export function selectsPod(
  pod: KubeObject,
  container: string,
  includes: readonly Selector[],
  excludes: readonly Selector[],
): boolean {
  if (SYSTEM_NAMESPACES.includes(pod.metadata.namespace ?? '')) return false;
  if (excludes.some((selector) => matches(pod, container, selector))) return false;
  return includes.length === 0 || includes.some((selector) => matches(pod, container, selector));
}

function matches(pod: KubeObject, container: string, selector: Selector): boolean {
  const { name, namespace = '', labels = {}, annotations = {} } = pod.metadata;
  return (
    oneOf(selector.namespaces, namespace) &&
    oneOf(selector.workloads, workloadName(pod)) &&
    oneOf(selector.pods, name) &&
    oneOf(selector.containers, container) &&
    selector.labels.every(([key, value]) => value.test(labels[key] ?? '\0')) &&
    selector.annotations.every(([key, value]) => value.test(annotations[key] ?? '\0'))
  );
}

/** The name of what runs a pod: its Deployment (a ReplicaSet's name without the hash), StatefulSet, DaemonSet, Job. */
export function workloadName(pod: KubeObject): string {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return pod.metadata.name;
  const hash = asString(field(pod, 'metadata', 'labels', 'pod-template-hash'));
  const suffix = `-${hash ?? ''}`;
  return owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(suffix)
    ? owner.name.slice(0, -suffix.length)
    : owner.name;
}

function oneOf(patterns: readonly RegExp[], text: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => pattern.test(text));
}

function globs(text: string): readonly RegExp[] {
  return text
    .split(',')
    .flatMap((glob) => (glob.trim() === '' || glob.trim() === '*' ? [] : [globPattern(glob.trim())]));
}

/** `*` is any text, `?` one character; everything else stands for itself. */
export function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

function pairs(text: string, flag: string): readonly (readonly [string, RegExp])[] {
  return text.split(',').flatMap((pair): (readonly [string, RegExp])[] => {
    if (pair.trim() === '' || pair.trim() === '*') return [];
    const [key = '', value, more] = pair.trim().split('=');
    if (value === undefined || more !== undefined || key === '' || key.includes('*')) {
      throw usageError(`${flag}: "${pair}" is no label or annotation`, { hint: 'write it as KEY=VALUE' });
    }
    return [[key, globPattern(value)]];
  });
}
