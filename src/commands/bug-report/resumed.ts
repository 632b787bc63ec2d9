import type { CommandContext } from '../../cli/context.ts';
import { ClusterView } from '../../sources/cluster-view.ts';
import { JoinedSource } from '../../sources/joined-source.ts';
import type { MeshSource } from '../../sources/source.ts';
import { usageError } from '../../util/errors.ts';

/** A mesh of which only what an earlier archive lacks is asked for, cluster by cluster. */
export async function resumed(
  source: MeshSource,
  from: string,
  { io, signal }: Pick<CommandContext, 'io' | 'signal'>,
): Promise<MeshSource> {
  const [{ openSource }, { ResumingSource }] = await Promise.all([
    import('../../sources/open-source.ts'),
    import('../../sources/resuming-source.ts'),
  ]);
  const { cwd, stdin, clock } = io;
  const earlier = await openSource({ from, cwd, stdin, clock, signal });
  if (earlier.pseudonyms !== undefined && earlier.pseudonyms.length > 0)
    throw usageError(`--resume: ${from} has pseudonyms, by which nothing can be asked for`, {
      hint: 'collect anew with --redact and --redact-key: the pseudonyms will be the same',
    });
  if (!(source instanceof JoinedSource)) return new ResumingSource(source, earlier);
  return source.map((member, name) => new ResumingSource(member, new ClusterView(earlier, name, name)));
}
