import type { LiveMesh } from '../sources/live-mesh.ts';
import type { MeshSource } from '../sources/source.ts';
import { usageError } from '../util/errors.ts';
import type { CommandContext } from './context.ts';

/** A source that can do more than read. */
export type LiveSource = MeshSource & { readonly live: LiveMesh };

/** The live mesh; throws exit 64 where the source is a recording. `next` is what else can be done. */
export async function liveSource(
  context: CommandContext,
  command: string,
  next = 'leave out --from',
): Promise<LiveSource> {
  const source = await context.source();
  if (isLive(source)) return source;
  throw usageError(`${command} needs a live cluster: ${source.label} is a recording`, { hint: next });
}

function isLive(source: MeshSource): source is LiveSource {
  return source.live !== undefined;
}
