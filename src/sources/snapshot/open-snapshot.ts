import { dataError } from '../../util/errors.ts';
import { MANIFEST } from './layout.ts';
import { MOST_MANIFEST_BYTES, parseManifest } from './manifest.ts';
import { type SnapshotHead, SnapshotSource } from './snapshot-source.ts';
import type { SnapshotStore } from './store.ts';

/**
 * Opens a snapshot. Without `snapshot.json` its files still answer; the time is then that of the newest file, and a
 * note says so. Throws exit 65 when `snapshot.json` is there but broken: it may say that files must not be trusted.
 */
export async function openSnapshot(store: SnapshotStore, clock: () => Date): Promise<SnapshotSource> {
  return new SnapshotSource(store, await readHead(store, clock));
}

async function readHead(store: SnapshotStore, clock: () => Date): Promise<SnapshotHead> {
  const label = `${store.label}/${MANIFEST}`;
  if (!store.paths.includes(MANIFEST)) {
    const newest = await store.newest();
    const time =
      newest === undefined
        ? 'ages count from now'
        : `ages count from its newest file, ${newest.toISOString()}`;
    const notes = [`${store.label} has no ${MANIFEST}: ${time}, and what was left out is not known`];
    return { manifest: undefined, now: newest ?? clock(), notes };
  }
  const file = await store.read(MANIFEST, MOST_MANIFEST_BYTES);
  if (!file.ok) throw dataError(`can't read ${label}: ${file.reason}`);
  const manifest = parseManifest(file.bytes, label);
  return { manifest, now: manifest.createdAt, notes: [] };
}
