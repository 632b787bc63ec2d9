import type { PodRef } from '../kube/pod-ref.ts';

/** One proxy's answer. `label` is what people know the proxy by: `<pod>.<namespace>`, or a file name. */
export interface ProxyAnswer<T> {
  readonly label: string;
  readonly pod: PodRef | undefined;
  readonly value: T;
}

/** How one replica's resources differ from those that most replicas have. */
export interface OddReplica {
  readonly label: string;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly different: readonly string[];
}

/** The same question to one or more proxies. `odd` is only filled when several were asked. */
export interface ProxyAnswers<T> {
  readonly proxies: readonly ProxyAnswer<T>[];
  readonly odd: readonly OddReplica[];
  /** Whether the question was one to several proxies (`-l`, `--all-replicas`), however many there turned out to be. */
  readonly several: boolean;
}

/** The resources of one replica: a text that stands for the content, by name. */
export interface ReplicaResources {
  readonly label: string;
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * The replicas whose resources differ from the majority's: a name belongs to the majority when more than half of
 * the replicas have it, and the content that most of them have is the expected one. Nobody is odd among fewer than
 * three replicas that disagree evenly: then the later ones are named against the first.
 */
export function oddReplicas(replicas: readonly ReplicaResources[]): OddReplica[] {
  if (replicas.length < 2) return [];
  const expected = majority(replicas);
  return replicas.flatMap(({ label, contents }) => {
    const missing = [...expected.keys()].filter((name) => !contents.has(name)).sort();
    const extra = [...contents.keys()].filter((name) => !expected.has(name)).sort();
    const different = [...contents]
      .filter(([name, content]) => expected.has(name) && expected.get(name) !== content)
      .map(([name]) => name)
      .sort();
    const odd = missing.length + extra.length + different.length > 0;
    return odd ? [{ label, missing, extra, different }] : [];
  });
}

function majority(replicas: readonly ReplicaResources[]): Map<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const { contents } of replicas) {
    for (const [name, content] of contents) {
      const byContent = counts.get(name) ?? new Map<string, number>();
      byContent.set(content, (byContent.get(content) ?? 0) + 1);
      counts.set(name, byContent);
    }
  }
  const expected = new Map<string, string>();
  for (const [name, byContent] of counts) {
    const holders = [...byContent.values()].reduce((sum, count) => sum + count, 0);
    const inFirst = replicas[0]?.contents.has(name) ?? false;
    if (holders * 2 < replicas.length || (holders * 2 === replicas.length && !inFirst)) continue;
    const [best] = [...byContent].sort((a, b) => b[1] - a[1]);
    if (best) expected.set(name, best[0]);
  }
  return expected;
}
