import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../../cli/context.ts';
import { ClusterView } from '../../sources/cluster-view.ts';
import { JoinedSource } from '../../sources/joined-source.ts';
import { areOneCluster } from '../../sources/same-cluster.ts';
import type { MeshSource } from '../../sources/source.ts';
import { usageError } from '../../util/errors.ts';

/** A mesh beside an earlier archive. */
export interface Resumed {
  readonly mesh: MeshSource;
  /** Closes the archive; the mesh is closed by whoever opened it. */
  readonly close: () => Promise<void>;
}

/**
 * A mesh of which only what an earlier archive lacks is asked for, cluster by cluster; without one (`from` is absent) the
 * mesh as it is. Throws exit 64 for an archive with pseudonyms or of another cluster, 65 and 66 for one that can't be
 * read. `limitMs` is the longest time that the question which cluster this is may take.
 */
export async function resumed(
  source: MeshSource,
  from: string | undefined,
  limitMs: number,
  { io, signal }: Pick<CommandContext, 'io' | 'signal'>,
): Promise<Resumed> {
  if (from === undefined) return { mesh: source, close: async () => {} };
  const [{ openSource }, { ResumingSource }] = await Promise.all([
    import('../../sources/open-source.ts'),
    import('../../sources/resuming-source.ts'),
  ]);
  const { cwd, stdin, clock } = io;
  const earlier = await openSource({ from, cwd, stdin, clock, signal });
  const close = (): Promise<void> => earlier.close();
  if (earlier.pseudonyms !== undefined && earlier.pseudonyms.length > 0) {
    await close();
    throw usageError(`--resume: ${from} has pseudonyms, by which nothing can be asked for`, {
      hint: 'collect anew with --redact and --redact-key: the pseudonyms will be the same',
    });
  }
  const pairs: (readonly [now: MeshSource, then: MeshSource])[] = [];
  const resuming = (now: MeshSource, then: MeshSource): MeshSource => {
    pairs.push([now, then]);
    return new ResumingSource(now, then);
  };
  const mesh =
    source instanceof JoinedSource
      ? source.map((member, name) => resuming(member, new ClusterView(earlier, name, name)))
      : resuming(source, earlier);
  const other = await firstOther(pairs, limitMs);
  if (other === undefined) return { mesh, close };
  await close();
  throw usageError(`--resume: ${from} was taken of another cluster than ${other.label}`, {
    hint: `${other.kind === 'cluster' ? '--context chooses' : '--from names a recording of'} the same cluster; without --resume all is collected anew`,
  });
}

/** The first mesh that is of another cluster than the archive beside it; nothing where that is not known in time. */
async function firstOther(
  pairs: readonly (readonly [now: MeshSource, then: MeshSource])[],
  limitMs: number,
): Promise<MeshSource | undefined> {
  const late = new AbortController();
  const asked = Promise.all(
    pairs.map(async ([now, then]) => ((await areOneCluster(then, now)) === false ? now : undefined)),
  );
  const none = sleep(limitMs, [], { signal: late.signal }).catch(() => []);
  try {
    const found = await Promise.race([asked, none]);
    return found.find((one) => one !== undefined);
  } finally {
    late.abort();
  }
}
