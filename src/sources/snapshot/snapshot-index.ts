import type { PodRef } from '../../kube/pod-ref.ts';
import { compareText } from '../../util/text.ts';
import { decodePath, groupFolder, type PodRoom, type Segments } from './layout.ts';
import type { ManifestEntry } from './manifest.ts';

/** One place of a snapshot: the file, the index's word on it, or only one of the two. */
export interface Place {
  /** Path in the store, when there is such a file. */
  readonly path: string | undefined;
  readonly entry: ManifestEntry | undefined;
}

/** One version of a kind that a snapshot has a place for. */
export interface ResourceVersion {
  readonly version: string;
  readonly place: Place;
}

/** Which rooms of a cluster hold anything, besides objects. */
export interface PodFolder {
  readonly pod: PodRef;
  /** Anything but logs was asked of this pod. */
  readonly hasPages: boolean;
}

/**
 * Finds places of a snapshot by decoded path. Built from the names alone: no file is read. Files that the index does
 * not list are found too, and so is what the index lists without a file.
 */
export class SnapshotIndex {
  private readonly places = new Map<string, Place>();
  private readonly kinds = new Map<string, ResourceVersion[]>();
  private readonly pods = new Map<string, Map<string, PodFolder>>();
  private readonly clusterNames = new Set<string>();

  constructor(paths: readonly string[], entries: readonly ManifestEntry[]) {
    for (const entry of entries) this.add(decodePath(entry.path), { path: undefined, entry });
    for (const path of paths) {
      const segments = decodePath(path);
      const known = this.places.get(key(segments));
      if (known?.path === undefined) this.add(segments, { path, entry: known?.entry });
    }
    for (const versions of this.kinds.values())
      versions.sort((a, b) => compareVersions(a.version, b.version));
  }

  get(segments: Segments): Place | undefined {
    return this.places.get(key(segments));
  }

  /** Cluster names, sorted. */
  clusters(): readonly string[] {
    return [...this.clusterNames].sort(compareText);
  }

  /** The recorded versions of a kind, the one to prefer first. */
  versions(cluster: string, group: string, plural: string): readonly ResourceVersion[] {
    return this.kinds.get(key([cluster, groupFolder(group), plural])) ?? [];
  }

  /** The kinds that any cluster has a place for, sorted. */
  kindNames(): readonly { readonly group: string; readonly plural: string }[] {
    const names = [...this.kinds.keys()].map((one) => one.slice(one.indexOf('\0') + 1));
    return [...new Set(names)].sort(compareText).map((name) => {
      const [folder = '', plural = ''] = name.split('\0');
      return { group: folder === groupFolder('') ? '' : folder, plural };
    });
  }

  /** Pods with a folder in `room`, sorted by namespace and name. */
  podsIn(cluster: string, room: PodRoom): readonly PodFolder[] {
    const found = [...(this.pods.get(key([cluster, room]))?.values() ?? [])];
    return found.sort(
      (a, b) => compareText(a.pod.namespace, b.pod.namespace) || compareText(a.pod.name, b.pod.name),
    );
  }

  private add(segments: readonly string[], place: Place): void {
    this.places.set(key(segments), place);
    const [top, cluster, room, third, fourth, fifth] = segments;
    if (top !== 'clusters' || cluster === undefined || room === undefined) return;
    this.clusterNames.add(cluster);
    if (third === undefined || fourth === undefined || fifth === undefined) return;
    if (room === 'kubernetes') {
      if (segments.length === 6 && fifth.endsWith('.json')) {
        const kind = key([cluster, third, fifth.slice(0, -'.json'.length)]);
        const versions = (this.kinds.get(kind) ?? []).filter((other) => other.version !== fourth);
        this.kinds.set(kind, [...versions, { version: fourth, place }]);
      }
      return;
    }
    const inRoom = key([cluster, room]);
    const pods = this.pods.get(inRoom) ?? new Map<string, PodFolder>();
    this.pods.set(inRoom, pods);
    const id = key([third, fourth]);
    const hasPages = fifth !== 'logs' || pods.get(id)?.hasPages === true;
    pods.set(id, { pod: { name: fourth, namespace: third, cluster }, hasPages });
  }
}

/** Kubernetes' order of versions, the most stable and newest first: v2, v1, v1beta2, v1alpha3; others last by name. */
export function compareVersions(a: string, b: string): number {
  const left = versionRank(a);
  const right = versionRank(b);
  if (left === undefined || right === undefined) {
    return left === right ? compareText(a, b) : left === undefined ? 1 : -1;
  }
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2];
}

function versionRank(version: string): readonly [number, number, number] | undefined {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return undefined;
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

function key(segments: Segments): string {
  return segments.join('\0');
}
