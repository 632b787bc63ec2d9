import { decodeText } from '../../../util/load-json.ts';
import type { SnapshotStore } from '../store.ts';
import type { ForeignIndex } from './foreign-index.ts';

/** What another tool's files tell of themselves as a whole. */
export interface ForeignFacts {
  readonly now: Date;
  readonly cluster: string;
  readonly notes: readonly string[];
}

/** The time of the newest file, or of the last line of a must-gather's `timestamp`; the cluster ID of a proxy. */
export async function readForeignFacts(
  store: SnapshotStore,
  index: ForeignIndex,
  clock: () => Date,
): Promise<ForeignFacts> {
  const written = await writtenTime(store);
  const newest = written === undefined ? await store.newest() : undefined;
  const now = written ?? newest ?? clock();
  const from =
    written !== undefined ? 'its file timestamp' : newest !== undefined ? 'its newest file' : 'the present';
  const notes = [`ages count from ${now.toISOString()}, ${from}`];
  const cluster = await clusterId(store, index);
  if (cluster === undefined)
    notes.push("no proxy tells its cluster ID, so Istio's default, Kubernetes, is assumed");
  return { now, cluster: cluster ?? 'Kubernetes', notes };
}

/** The latest time in a file called `timestamp`, as Go prints times: `2026-01-02 03:04:05.6 +0000 UTC m=+0.7`. */
async function writtenTime(store: SnapshotStore): Promise<Date | undefined> {
  let latest: number | undefined;
  for (const path of store.paths.filter((one) => /^(?:[^/]+\/){0,2}timestamp$/.test(one)).slice(0, 10)) {
    const text = decodeText(await store.head(path, 4096));
    for (const match of text.matchAll(
      /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)? ([+-]\d{2})(\d{2})/gm,
    )) {
      const time = Date.parse(`${match[1]}T${match[2]}${match[3]}:${match[4]}`);
      if (!Number.isNaN(time)) latest = Math.max(latest ?? time, time);
    }
  }
  return latest === undefined ? undefined : new Date(latest);
}

async function clusterId(store: SnapshotStore, { pages }: ForeignIndex): Promise<string | undefined> {
  for (const { path } of pages.filter(({ page }) => page === 'config_dump').slice(0, 3)) {
    const head = decodeText(await store.head(path, 64 * 1024));
    const match = /"CLUSTER_ID":\s*"([^"\\]+)"/.exec(head);
    if (match !== null) return match[1];
  }
  return undefined;
}
