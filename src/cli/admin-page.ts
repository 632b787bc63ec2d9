import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { EnvoyPage } from '../sources/source.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import type { CommandContext } from './context.ts';

/** Bytes of an admin page or file, and what messages call them. */
export interface PageBytes {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** An admin page of a proxy's Envoy from the source; throws what the source says when there is none. */
export async function envoyPage(context: CommandContext, proxy: PodRef, page: EnvoyPage): Promise<PageBytes> {
  const source = await context.source();
  const answer = await source.envoy(proxy, page);
  if (!answer.ok) throw toMeshscopeError(answer.error);
  return { label: `${page} of ${proxyId(proxy)}`, bytes: answer.value };
}

/** The file that `--file` names; `-` is stdin. Throws exit 65 or 66 when it can't be read. */
export async function fileInput(context: CommandContext, path: string): Promise<PageBytes> {
  const { readInput } = await import('../sources/files/read-input.ts');
  return readInput(path, { cwd: context.io.cwd, stdin: context.io.stdin });
}
