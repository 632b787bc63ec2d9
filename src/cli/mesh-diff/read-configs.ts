import type { Side } from '../../answers/mesh-diff/objects.ts';
import {
  type ConfigKindChange,
  type ConfigsDiff,
  configChanges,
  groupConfigChanges,
  ztunnelChanges,
} from '../../answers/mesh-diff/proxy-config.ts';
import type { ProxyPair } from '../../answers/mesh-diff/proxy-pairs.ts';
import type { ProxyRow } from '../../answers/proxy-row.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { type PodRef, parseProxyId, proxyId } from '../../kube/pod-ref.ts';
import type { ProxyEntry } from '../../sources/source.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';
import { compareText } from '../../util/text.ts';
import { type ZtunnelDump, ztunnelDump } from '../../ztunnel/dump.ts';
import type { CommandContext } from '../context.ts';
import { DumpPace, fanOut } from '../fan-out.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** Compares what proxies hold that both sides know. Dumps that are equal byte for byte are not parsed. */
export async function readConfigsDiff(
  context: CommandContext,
  { left, right }: DiffSides,
  pairs: readonly ProxyPair[],
): Promise<ConfigsDiff> {
  const [before, after] = [await podsOf(left), await podsOf(right)];
  const pace = new DumpPace();
  const asked = await fanOut(context, pairs, {
    what: 'configurations',
    atATime: pace.atATime,
    name: (pair) => pair.after.proxy,
    work: async (pair): Promise<Outcome> => {
      const kind = pair.after.type === 'ztunnel' ? 'ztunnel' : 'envoy';
      const [a, b] = [
        await dumpOf(left, kind, before(pair.before)),
        await dumpOf(right, kind, after(pair.after)),
      ];
      if ('why' in a) return { why: a.why, side: 'why' in b ? 'both' : 'left' };
      if ('why' in b) return { why: b.why, side: 'right' };
      pace.saw(Math.max(a.bytes.length, b.bytes.length));
      return compareDumps(kind, a, b);
    },
  });
  const outcomes = asked.map(({ item, value }) => ({ proxy: item.after.proxy, value }));
  const compared = outcomes.flatMap(({ proxy, value }) =>
    'kinds' in value ? [{ proxy, kinds: value.kinds }] : [],
  );
  const differing = compared.filter(({ kinds }) => kinds.length > 0);
  return {
    compared: compared.length,
    same: compared.length - differing.length,
    changes: groupConfigChanges(differing),
    notCompared: reasons(outcomes),
  };
}

type Outcome =
  | { readonly kinds: readonly ConfigKindChange[] }
  | Pick<ConfigsDiff['notCompared'][number], 'why' | 'side'>;

interface Dump {
  readonly bytes: Uint8Array;
  readonly label: string;
}

async function compareDumps(kind: ProxyEntry['kind'], a: Dump, b: Dump): Promise<Outcome> {
  if (Buffer.compare(a.bytes, b.bytes) === 0) return { kinds: [] };
  try {
    if (kind === 'ztunnel') return { kinds: ztunnelChanges(ztunnelOf(a), ztunnelOf(b)) };
    const [before, after] = [await openDumpBytes(a.bytes, a.label), await openDumpBytes(b.bytes, b.label)];
    return { kinds: configChanges(before, after) };
  } catch (error) {
    if (error instanceof MeshscopeError) return { why: error.message, side: 'both' };
    throw error;
  }
}

function ztunnelOf({ bytes, label }: Dump): ZtunnelDump {
  return ztunnelDump(loadJson(bytes, label));
}

async function dumpOf(
  { source }: DiffSide,
  kind: ProxyEntry['kind'],
  pod: PodRef,
): Promise<Dump | { readonly why: string }> {
  const answer = await source[kind](pod, 'config_dump');
  if (!answer.ok) return { why: answer.error.reason };
  // What istiod means a proxy to have is not what its Envoy has.
  const [instead] = answer.missing ?? [];
  if (instead !== undefined) return { why: instead.reason };
  return { bytes: answer.value, label: `config_dump of ${proxyId(pod)}` };
}

/** The pod of a proxy as its source calls it: the name of a cluster in a recording may be another than Istio's. */
async function podsOf({ source }: DiffSide): Promise<(row: ProxyRow) => PodRef> {
  const answer = source.kind === 'cluster' ? undefined : await source.proxies();
  const entries = answer?.ok ? answer.value : [];
  const byCluster = new Map(entries.map(({ pod }) => [`${pod.cluster ?? ''}/${proxyId(pod)}`, pod]));
  const byId = new Map(entries.map(({ pod }) => [proxyId(pod), pod]));
  return ({ proxy, cluster }) =>
    byCluster.get(`${cluster}/${proxy}`) ??
    byId.get(proxy) ??
    parseProxyId(proxy) ?? { name: proxy, namespace: '' };
}

function reasons(
  outcomes: readonly { readonly proxy: string; readonly value: Outcome }[],
): ConfigsDiff['notCompared'] {
  const byReason = new Map<string, { proxies: string[]; side: Side | 'both'; why: string }>();
  for (const { proxy, value } of outcomes) {
    if (!('why' in value)) continue;
    const key = `${value.side} ${value.why}`;
    const reason = byReason.get(key) ?? { proxies: [], ...value };
    byReason.set(key, reason);
    reason.proxies.push(proxy);
  }
  for (const { proxies } of byReason.values()) proxies.sort(compareText);
  return [...byReason.values()];
}
