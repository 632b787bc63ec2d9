import type { PodRef } from '../../kube/pod-ref.ts';
import { CallFailure } from './call-failure.ts';

/** Names of Kubernetes objects, namespaces, groups and kinds: none holds a slash, a space or a leading dot. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * The name as a segment of a REST path. Throws `CallFailure` for what can't be the name of anything: `..` and the like
 * would ask for another path.
 */
export function pathSegment(name: string): string {
  if (NAME.test(name)) return name;
  throw new CallFailure('NotFound', `"${name.slice(0, 80)}" is not a name that Kubernetes allows`);
}

/** REST path of a pod. Throws `CallFailure` for names that no pod can have. */
export function podPath(pod: PodRef): string {
  return `/api/v1/namespaces/${pathSegment(pod.namespace)}/pods/${pathSegment(pod.name)}`;
}
