import type { KubeObject } from '../../../kube/object.ts';

/** Between the parts of the reference's text. */
export const LINE = '--------------------';

/** The name of an object; its namespace behind it unless that is `namespace`. */
export function shortName({ metadata }: KubeObject, namespace: string): string {
  return metadata.namespace === namespace ? metadata.name : `${metadata.name}.${metadata.namespace ?? ''}`;
}
