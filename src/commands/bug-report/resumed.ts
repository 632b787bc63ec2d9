import type { CommandContext } from '../../cli/context.ts';
import { ClusterView } from '../../sources/cluster-view.ts';
import { JoinedSource } from '../../sources/joined-source.ts';
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
 * mesh as it is. Throws exit 64 for an archive with pseudonyms, 65 and 66 for one that can't be read.
 */
export async function resumed(
  source: MeshSource,
  from: string | undefined,
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
  if (!(source instanceof JoinedSource)) return { mesh: new ResumingSource(source, earlier), close };
  const mesh = source.map((member, name) => new ResumingSource(member, new ClusterView(earlier, name, name)));
  return { mesh, close };
}
