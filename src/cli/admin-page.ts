import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { hasProxyContainer, proxyPod } from '../kube/proxy-pod.ts';
import type { EnvoyPage } from '../sources/source.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { type MeshscopeError, notFoundError } from '../util/errors.ts';
import type { CommandContext } from './context.ts';
import { notePartial } from './missing.ts';

/** Bytes of an admin page or file, and what messages call them. */
export interface PageBytes {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** An admin page of a proxy's Envoy from the source; throws what the source says when there is none. */
export async function envoyPage(context: CommandContext, proxy: PodRef, page: EnvoyPage): Promise<PageBytes> {
  const source = await context.source();
  const answer = await source.envoy(proxy, page);
  if (!answer.ok) throw (await noEnvoy(context, proxy, answer.error)) ?? toMeshscopeError(answer.error);
  notePartial(context, `${page} of ${proxyId(proxy)}`, answer);
  return { label: `${page} of ${proxyId(proxy)}`, bytes: answer.value };
}

/** The error for a pod that holds no Envoy; `undefined` where that is not why its page could not be had. */
async function noEnvoy(
  context: CommandContext,
  pod: PodRef,
  { code }: SourceError,
): Promise<MeshscopeError | undefined> {
  if (code !== 'NotRecorded' && code !== 'NotFound') return undefined;
  const source = await context.source();
  // The pods of a live cluster tell it themselves.
  const entries = source.kind === 'cluster' ? undefined : await source.proxies();
  const entry = entries?.ok ? entries.value.find((one) => proxyId(one.pod) === proxyId(pod)) : undefined;
  const { name, namespace, cluster } = pod;
  const pods = await source.resources({ group: '', plural: 'pods', namespace, cluster, name });
  const [object] = pods.ok ? pods.value : [];
  if (entry?.kind === 'ztunnel' || (object && proxyPod(object)?.type === 'ztunnel')) {
    return notFoundError(`${proxyId(pod)} is a ztunnel: it holds no Envoy that could be asked`, {
      hint: `meshscope ztunnel-config all ${proxyId(pod)} shows what it holds`,
    });
  }
  if (entry !== undefined || object === undefined || hasProxyContainer(object)) return undefined;
  return notFoundError(`${proxyId(pod)} holds no Envoy: it has no container istio-proxy`, {
    hint: 'meshscope proxy-status --all lists the proxies',
  });
}

/** The file that `--file` names; `-` is stdin. Throws exit 65 or 66 when it can't be read. */
export async function fileInput(context: CommandContext, path: string): Promise<PageBytes> {
  const { readInput } = await import('../sources/files/read-input.ts');
  return readInput(path, { cwd: context.io.cwd, stdin: context.io.stdin });
}
