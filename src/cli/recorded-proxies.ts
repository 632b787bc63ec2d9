import type { RecordedProxy } from '../answers/proxy-row.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { MeshSource, ProxyEntry } from '../sources/source.ts';
import { MeshscopeError } from '../util/errors.ts';
import { asString, field } from '../util/json.ts';
import { loadJson } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';
import { inParallel } from './log-levels/in-parallel.ts';
import { noteMissing } from './missing.ts';

/** Proxies that are looked at at a time: where only their dumps are recorded, each is read for it. */
const AT_A_TIME = 8;

const TYPES: readonly RecordedProxy['type'][] = ['sidecar', 'router', 'waypoint'];

/**
 * Proxies of a recording that `isKnown` does not know by their pods: recordings may hold the pages of a proxy without
 * its pod. In a live cluster proxies are known by their pods alone.
 */
export async function recordedProxies(
  context: CommandContext,
  isKnown: (pod: PodRef) => boolean,
): Promise<readonly RecordedProxy[]> {
  const source = await context.source();
  if (source.kind === 'cluster') return [];
  const answer = await source.proxies();
  noteMissing(context, 'proxies', answer);
  const entries = answer.ok ? answer.value.filter(({ pod }) => !isKnown(pod)) : [];
  return inParallel(entries, AT_A_TIME, async ({ pod, kind }) => ({
    proxyId: proxyId(pod),
    namespace: pod.namespace,
    cluster: pod.cluster,
    type: kind === 'ztunnel' ? ('ztunnel' as const) : await envoyType(source, pod),
    readable: await isReadable(source, pod, kind),
  }));
}

/** Recordings also keep which pages were asked for and could not be had. */
async function isReadable(source: MeshSource, pod: PodRef, kind: ProxyEntry['kind']): Promise<boolean> {
  if (kind === 'ztunnel') return (await source.ztunnel(pod, 'config_dump')).ok;
  return (await source.envoy(pod, 'server_info')).ok || (await source.envoy(pod, 'config_dump')).ok;
}

/** An Envoy's node ID begins with the kind of proxy that it is: `router~10.0.0.1~…`. */
async function envoyType(source: MeshSource, pod: PodRef): Promise<RecordedProxy['type']> {
  const page = await source.envoy(pod, 'server_info');
  if (!page.ok) return 'unknown';
  try {
    const id = asString(field(loadJson(page.value, 'server_info'), 'node', 'id')) ?? '';
    return TYPES.find((type) => id.startsWith(`${type}~`)) ?? 'unknown';
  } catch (error) {
    if (error instanceof MeshscopeError) return 'unknown';
    throw error;
  }
}
