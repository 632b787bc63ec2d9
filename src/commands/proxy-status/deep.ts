import { differenceProblem } from '../../answers/difference-problem.ts';
import type { ProxyProblem } from '../../answers/proxy-problem.ts';
import { differenceKey } from '../../answers/proxy-status.ts';
import { diffProxySync } from '../../answers/proxy-sync-diff.ts';
import { envoyPage } from '../../cli/admin-page.ts';
import type { CommandContext } from '../../cli/context.ts';
import { fanOut } from '../../cli/fan-out.ts';
import type { MeshSync } from '../../cli/mesh-sync.ts';
import { wantedNamespace } from '../../cli/namespaces.ts';
import { proxyIntent } from '../../cli/proxy-intent.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { mergeSync, type ProxySync } from '../../istiod/sync.ts';
import { type PodRef, parseProxyId } from '../../kube/pod-ref.ts';
import { MeshscopeError } from '../../util/errors.ts';

/** Proxies whose two dumps are held in memory at the same time. */
const AT_ONCE = 2;

/** What a comparison of every Envoy brought to light, by `differenceKey`. */
export interface DeepResult {
  readonly differences: ReadonlyMap<string, ProxyProblem>;
  /** Why a proxy could not be compared. */
  readonly notCompared: ReadonlyMap<string, string>;
}

/**
 * Compares istiod's intent with Envoy's dump for every connected Envoy, by proxy ID: what SYNCED hides. Proxies that
 * can't be compared are named in one gap, too.
 */
export async function deepDifferences(context: CommandContext, sync: MeshSync): Promise<DeepResult> {
  const namespace = wantedNamespace(context);
  const proxies = mergeSync(sync.istiods.flatMap((istiod) => istiod.sync ?? [])).filter((proxy) =>
    isWantedEnvoy(proxy, namespace),
  );
  const clusters = await (await context.source()).clusters();
  const differences = new Map<string, ProxyProblem>();
  const notCompared = new Map<string, string>();
  const failed: string[] = [];
  const compared = await fanOut(context, proxies, {
    what: 'comparisons',
    atATime: () => AT_ONCE,
    name: (proxy) => proxy.proxyId,
    work: (proxy) => {
      const cluster = clusters.includes(proxy.cluster) ? proxy.cluster : undefined;
      return compareOne(context, proxy.proxyId, cluster);
    },
  });
  const results = new Map(compared.map(({ item, value }) => [item, value]));
  for (const proxy of proxies) {
    const { problem, why } = results.get(proxy) ?? { why: 'interrupted before it was compared' };
    if (problem) differences.set(differenceKey(proxy), problem);
    if (why === undefined) continue;
    notCompared.set(differenceKey(proxy), why);
    // What was not asked is a gap already.
    if (results.has(proxy)) failed.push(`${proxy.proxyId} (${why})`);
  }
  if (failed.length > 0) {
    const names = failed.slice(0, 3).join(', ');
    const more = failed.length > 3 ? ` and ${failed.length - 3} more` : '';
    context.gap({ what: 'deep comparison', why: `not possible for ${names}${more}` });
  }
  return { differences, notCompared };
}

function isWantedEnvoy(proxy: ProxySync, namespace: string | undefined): boolean {
  return proxy.type !== 'ztunnel' && (namespace === undefined || proxy.namespace === namespace);
}

/** The difference, or why the comparison is not possible or not whole; neither where all is compared and the same. */
interface Comparison {
  readonly problem?: ProxyProblem | undefined;
  readonly why?: string | undefined;
}

async function compareOne(
  context: CommandContext,
  id: string,
  cluster: string | undefined,
): Promise<Comparison> {
  const pod = parseProxyId(id);
  if (pod === undefined) return { why: 'its name is not POD.NAMESPACE' };
  const ref: PodRef = { ...pod, cluster };
  try {
    const intent = await proxyIntent(context, ref);
    if (!('dump' in intent)) return { why: `istiod: ${intent.failure?.reason ?? 'no dump'}` };
    const { bytes, label } = await envoyPage(context, ref, 'config_dump');
    const envoy = await openDumpBytes(bytes, label);
    const diff = diffProxySync(intent.dump, envoy, intent.assignments);
    const [skipped] = diff.skipped;
    return {
      problem: differenceProblem(diff, context.now()),
      why: skipped && `${skipped.kind}s: ${skipped.why}`,
    };
  } catch (error) {
    if (!(error instanceof MeshscopeError)) throw error;
    return { why: error.message };
  }
}
