import { canonicalText } from '../envoy/diff-list.ts';
import type { JsonObject } from '../util/json.ts';

/** A resource of an answer: its name and its message. */
export interface Named {
  readonly name: string;
  readonly message: JsonObject;
}

/** Each resource's content by name, as text that is equal for equal meaning: to compare replicas. */
export function contentsOf(rows: readonly Named[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [row.name, canonicalText(row.message)]));
}
