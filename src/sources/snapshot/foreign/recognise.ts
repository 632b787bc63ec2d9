import { decodeText } from '../../../util/load-json.ts';
import type { SnapshotStore } from '../store.ts';
import { type ForeignLayout, layoutOfPaths, PLAIN_FILES } from './layouts.ts';

/** Files that are looked into for objects. */
const MOST_LOOKS = 200;
/** Folders and files below them that a folder of objects may have; a home folder has more. */
const MOST_FILES = 20_000;

/** The layout of another tool that the files of a store have; `undefined` when they have none that is known. */
export async function recogniseForeign(store: SnapshotStore): Promise<ForeignLayout | undefined> {
  const known = layoutOfPaths(store.paths);
  if (known !== undefined || store.paths.length > MOST_FILES) return known;
  const candidates = store.paths.filter((path) => /\.(?:ya?ml|json)$/.test(path)).slice(0, MOST_LOOKS);
  for (const path of candidates) {
    const head = decodeText(await store.head(path, 4096));
    if (holdsObject(head, path.endsWith('.json'))) return PLAIN_FILES;
  }
  return undefined;
}

/** Whether the beginning of a file is that of Kubernetes objects. */
export function holdsObject(head: string, isJson: boolean): boolean {
  if (isJson) return /^\s*\{/.test(head) && /"apiVersion"\s*:\s*"/.test(head);
  return /^apiVersion:\s*["']?[\w./-]+/m.test(head);
}
