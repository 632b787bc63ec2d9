import type { Path } from '../validation/spot.ts';

/** One thing for which the API server refuses a resource by its CRD. */
export interface Refusal {
  /** Lower case, without a full stop. */
  readonly text: string;
  readonly path: Path;
  /** Whether the API server drops the field, unless it is told to be strict, in place of refusing the resource. */
  readonly isPruned?: boolean;
}
