import type { ProxyTrustInput } from '../answers/root-sets.ts';
import { openDumpBytes } from '../envoy/dump.ts';
import { secretsOf } from '../envoy/secrets.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import { type ProxyTrustResult, trustOfEnvoy, trustOfZtunnel } from '../security/proxy-trust.ts';
import type { Answer, ProxyEntry } from '../sources/source.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { MeshscopeError, notFoundError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { compareText } from '../util/text.ts';
import type { CommandContext } from './context.ts';
import { DumpPace, fanOut } from './fan-out.ts';
import { meshResources } from './mesh-resources.ts';
import { noteMissing, notePartial } from './missing.ts';

/** What one proxy, Envoy or ztunnel, presents and trusts. Throws what keeps its config_dump from being read. */
export async function proxyTrust(pod: PodRef, context: CommandContext): Promise<ProxyTrustResult> {
  const kind = await proxyKind(pod, context);
  const page = await readDump({ pod, kind }, context);
  if (!page.ok) throw toMeshscopeError(page.error);
  return trustIn(page.value, kind, `config_dump of ${proxyId(pod)}`);
}

async function proxyKind(pod: PodRef, context: CommandContext): Promise<ProxyEntry['kind']> {
  const source = await context.source();
  if (source.kind === 'cluster') {
    const { name, namespace } = pod;
    const pods = await source.resources({ group: '', plural: 'pods', namespace, name });
    const [object] = pods.ok ? pods.value : [];
    return object && proxyPod(object)?.type === 'ztunnel' ? 'ztunnel' : 'envoy';
  }
  const proxies = await source.proxies();
  notePartial(context, 'proxies', proxies);
  const entry = proxies.ok ? proxies.value.find((one) => proxyId(one.pod) === proxyId(pod)) : undefined;
  return entry?.kind ?? 'envoy';
}

/**
 * What every proxy of the mesh presents and trusts (of namespace `-n` where it is given), sorted. Pods that should
 * hold a proxy and that the source has no page of are in it too, as proxies that could not be read.
 */
export async function meshTrust(context: CommandContext): Promise<ProxyTrustInput[]> {
  const entries = await proxyEntries(context);
  if (entries.length === 0) {
    throw notFoundError('there is no proxy to compare', {
      hint: 'meshscope proxy-status -A lists the proxies',
    });
  }
  const pace = new DumpPace();
  const read = await fanOut(context, entries, {
    what: 'proxies',
    atATime: pace.atATime,
    name: ({ pod }) => proxyId(pod),
    work: (entry) => readTrust(entry, context, pace),
  });
  const results = new Map(read.map(({ item, value }) => [item, value]));
  const inputs = entries.map((entry) => ({
    proxy: entry.pod,
    result: results.get(entry) ?? { ok: false as const, reason: 'interrupted before it answered' },
  }));
  return inputs.sort((a, b) => compareText(sortKey(a.proxy), sortKey(b.proxy)));
}

async function proxyEntries(context: CommandContext): Promise<ProxyEntry[]> {
  const source = await context.source();
  const [proxies, pods] = await Promise.all([
    source.proxies(),
    meshResources(context, { group: '', plural: 'pods' }),
  ]);
  if (!proxies.ok && !pods.ok) throw toMeshscopeError(proxies.error);
  noteMissing(context, 'proxies', proxies);
  noteMissing(context, 'pods', pods);
  const entries = proxies.ok ? [...proxies.value] : [];
  const known = new Set(entries.map(({ pod }) => proxyId(pod)));
  for (const object of pods.ok ? pods.value : []) {
    const proxy = proxyPod(object);
    if (proxy === undefined || known.has(proxy.proxyId)) continue;
    const kind = proxy.type === 'ztunnel' ? 'ztunnel' : 'envoy';
    entries.push({ pod: { name: proxy.name, namespace: proxy.namespace }, kind });
  }
  const { allNamespaces, namespace } = context.globals;
  const isWanted = ({ pod }: ProxyEntry) =>
    allNamespaces || namespace === undefined || pod.namespace === namespace;
  const wanted = entries.filter(isWanted);
  if (wanted.length > 0) return wanted;
  // Where a list is missing, nobody knows that there is no proxy.
  for (const answer of [pods, proxies]) if (!answer.ok) throw toMeshscopeError(answer.error);
  return wanted;
}

function readDump({ pod, kind }: ProxyEntry, context: CommandContext): Promise<Answer<Uint8Array>> {
  return context
    .source()
    .then((source) =>
      kind === 'ztunnel' ? source.ztunnel(pod, 'config_dump') : source.envoy(pod, 'config_dump'),
    );
}

async function readTrust(
  entry: ProxyEntry,
  context: CommandContext,
  pace: DumpPace,
): Promise<ProxyTrustResult> {
  const page = await readDump(entry, context);
  if (!page.ok) return { ok: false, reason: page.error.reason };
  pace.saw(page.value.length);
  try {
    return await trustIn(page.value, entry.kind, `config_dump of ${proxyId(entry.pod)}`);
  } catch (error) {
    if (error instanceof MeshscopeError) return { ok: false, reason: error.message };
    throw error;
  }
}

async function trustIn(
  bytes: Uint8Array,
  kind: ProxyEntry['kind'],
  label: string,
): Promise<ProxyTrustResult> {
  if (kind === 'ztunnel') return trustOfZtunnel(loadJson(bytes, label));
  const dump = await openDumpBytes(bytes, label);
  return trustOfEnvoy(secretsOf(dump.section('Secrets')));
}

function sortKey({ cluster, namespace, name }: PodRef): string {
  return `${cluster ?? ''}/${namespace}/${name}`;
}
