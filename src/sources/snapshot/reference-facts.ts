import { decodeText } from '../../util/load-json.ts';
import type { SnapshotStore } from './store.ts';

/** What a reference archive tells of itself as a whole; it has no index that would say so. */
export interface ReferenceFacts {
  readonly now: Date;
  readonly notes: readonly string[];
  readonly istioNamespace: string | undefined;
  /** Istio cluster ID, read from a proxy's own metadata. */
  readonly cluster: string;
}

/** Reads or derives the facts; `notes` names what was derived, and from what. */
export async function readFacts(store: SnapshotStore, clock: () => Date): Promise<ReferenceFacts> {
  const notes: string[] = [];
  const time = (await lastLogTime(store)) ??
    (await newestFile(store)) ?? { now: clock(), from: 'the present' };
  notes.push(
    `ages count from ${time.now.toISOString()}, ${time.from} (such an archive does not record its time)`,
  );
  const cluster = await clusterId(store);
  if (cluster === undefined)
    notes.push("no proxy tells its cluster ID, so Istio's default, Kubernetes, is assumed");
  return {
    now: time.now,
    notes,
    istioNamespace: await istioNamespaceOf(store),
    cluster: cluster ?? 'Kubernetes',
  };
}

interface Moment {
  readonly now: Date;
  readonly from: string;
}

async function lastLogTime(store: SnapshotStore): Promise<Moment | undefined> {
  const file = await store.read('bug-report.log');
  if (!file.ok) return undefined;
  let last: number | undefined;
  for (const [stamp] of decodeText(file.bytes).matchAll(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z/gm)) {
    const time = Date.parse(stamp);
    if (!Number.isNaN(time)) last = Math.max(last ?? time, time);
  }
  return last === undefined
    ? undefined
    : { now: new Date(last), from: 'the last line of its bug-report.log' };
}

async function newestFile(store: SnapshotStore): Promise<Moment | undefined> {
  const newest = await store.newest();
  return newest === undefined ? undefined : { now: newest, from: 'when its newest file was written' };
}

/** `istio/<namespace>/…` where istiod was collected; else the namespace of `cluster/pods`, which lists Istio's alone. */
async function istioNamespaceOf(store: SnapshotStore): Promise<string | undefined> {
  for (const path of store.paths) {
    const [top, namespace, , file] = path.split('/');
    if (top === 'istio' && file !== undefined) return namespace;
  }
  const head = decodeText(await store.head('cluster/pods', 64 * 1024));
  return /^ {4}namespace: ["']?([\w.-]+)/m.exec(head)?.[1];
}

async function clusterId(store: SnapshotStore): Promise<string | undefined> {
  for (const path of store.paths) {
    if (!/^proxies\/[^/]+\/[^/]+\/config_dump.include_eds$/.test(path)) continue;
    const head = decodeText(await store.head(path, 64 * 1024));
    const match = /"CLUSTER_ID":\s*"([^"\\]+)"/.exec(head);
    if (match !== null) return match[1];
  }
  return undefined;
}
