import type { Manifest } from '../../sources/snapshot/manifest.ts';
import type { PlanRight } from './plan.ts';

/** A collected mesh. */
export interface Collected {
  readonly manifest: Manifest;
  readonly index: Uint8Array;
  readonly troubled: readonly string[];
  /** Why it ended before all was asked. */
  readonly ended: string | undefined;
  readonly refused: Refused;
  /** Clusters that could not be reached, with why. */
  readonly unreached: readonly { readonly cluster: string; readonly why: string }[];
}

/** Lists that nobody was given. */
export interface Refused {
  /** How many. */
  readonly lists: number;
  /** Those that a right is missing for, and not a login. */
  readonly rights: readonly PlanRight[];
}
