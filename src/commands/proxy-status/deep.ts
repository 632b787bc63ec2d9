import { differenceProblem } from '../../answers/difference-problem.ts';
import type { ProxyProblem } from '../../answers/proxy-problem.ts';
import { differenceKey } from '../../answers/proxy-status.ts';
import { diffProxySync } from '../../answers/proxy-sync-diff.ts';
import { envoyPage } from '../../cli/admin-page.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { MeshSync } from '../../cli/mesh-sync.ts';
import { proxyIntent } from '../../cli/proxy-intent.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { mergeSync, type ProxySync } from '../../istiod/sync.ts';
import { type PodRef, parseProxyId, proxyId } from '../../kube/pod-ref.ts';
import { MeshscopeError } from '../../util/errors.ts';

/** Proxies whose two dumps are held in memory at the same time. */
const AT_ONCE = 2;

/**
 * Compares istiod's intent with Envoy's dump for every connected Envoy, by proxy ID: what SYNCED hides. Proxies that
 * can't be compared are named in one gap.
 */
export async function deepDifferences(
  context: CommandContext,
  sync: MeshSync,
): Promise<ReadonlyMap<string, ProxyProblem>> {
  const proxies = mergeSync(sync.istiods.flatMap((istiod) => istiod.sync ?? [])).filter((proxy) =>
    isWantedEnvoy(proxy, context.globals.namespace),
  );
  const clusters = await (await context.source()).clusters();
  const found = new Map<string, ProxyProblem>();
  const failed: string[] = [];
  const queue = [...proxies];
  const worker = async (): Promise<void> => {
    for (let proxy = queue.shift(); proxy; proxy = queue.shift()) {
      context.terminal.progress(`comparing ${proxies.length - queue.length} of ${proxies.length} proxies`);
      const ref = parseProxyId(proxy.proxyId);
      if (ref === undefined) continue;
      const cluster = clusters.includes(proxy.cluster) ? proxy.cluster : undefined;
      const problem = await compareOne(context, { ...ref, cluster }, failed);
      if (problem) found.set(differenceKey(proxy), problem);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failed.length > 0) {
    const names = failed.slice(0, 3).join(', ');
    const more = failed.length > 3 ? ` and ${failed.length - 3} more` : '';
    context.gap({ what: 'deep comparison', why: `not possible for ${names}${more}` });
  }
  return found;
}

function isWantedEnvoy(proxy: ProxySync, namespace: string | undefined): boolean {
  return proxy.type !== 'ztunnel' && (namespace === undefined || proxy.namespace === namespace);
}

async function compareOne(
  context: CommandContext,
  ref: PodRef,
  failed: string[],
): Promise<ProxyProblem | undefined> {
  try {
    const intent = await proxyIntent(context, ref);
    if (!('dump' in intent)) {
      failed.push(`${proxyId(ref)} (istiod: ${intent.failure?.reason ?? 'no dump'})`);
      return undefined;
    }
    const { bytes, label } = await envoyPage(context, ref, 'config_dump');
    const envoy = await openDumpBytes(bytes, label);
    return differenceProblem(diffProxySync(intent.dump, envoy, intent.assignments), context.now());
  } catch (error) {
    if (!(error instanceof MeshscopeError)) throw error;
    failed.push(`${proxyId(ref)} (${error.message})`);
    return undefined;
  }
}
