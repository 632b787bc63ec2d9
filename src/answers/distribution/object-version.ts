import type { KubeObject } from '../../kube/object.ts';
import { asNumber, asObjects, asString } from '../../util/json.ts';

/** Which version of an object is meant, and since when it is there. */
export interface ObjectVersion {
  readonly generation: number | undefined;
  /** When it was last changed, in ms since the epoch, rounded down to seconds; absent when that is not known. */
  readonly changed: number | undefined;
  /** It was never changed since it was made: any effect of it is that of this version. */
  readonly isFirst: boolean;
}

/**
 * The version of an object. Its last change is the newest entry of `managedFields` that is no status; a recording may
 * lack those, and then only of a first generation the time is known.
 */
export function objectVersion({ metadata }: KubeObject): ObjectVersion {
  const generation = asNumber(metadata['generation']);
  const created = seconds(metadata.creationTimestamp);
  const changes = asObjects(metadata['managedFields'])
    .filter((one) => asString(one['subresource']) !== 'status')
    .flatMap((one) => seconds(asString(one['time'])) ?? []);
  const isFirst = generation === 1;
  const newest = changes.length === 0 ? undefined : Math.max(...changes);
  return { generation, isFirst, changed: isFirst ? (created ?? newest) : newest };
}

function seconds(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000) * 1000;
}
