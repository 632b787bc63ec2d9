import type { KubeObject } from './object.ts';

/** Orders objects as istiod does where several compete: the oldest first, ties by name, then namespace. */
export function oldestFirst(objects: readonly KubeObject[]): KubeObject[] {
  const key = ({ metadata }: KubeObject): string =>
    [metadata.creationTimestamp ?? '', metadata.name, metadata.namespace ?? ''].join(' ');
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** `<namespace>/<name>` of an object; the bare name of one without a namespace. */
export function objectId({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}
