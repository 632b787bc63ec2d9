import { type OwnPages, type OwnState, ownState } from '../answers/own-state.ts';
import type { ClusterPod } from '../answers/proxy-status.ts';
import { openDumpBytes } from '../envoy/dump.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { EnvoyPage } from '../sources/source.ts';
import { MeshscopeError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { envoyPage } from './admin-page.ts';
import type { CommandContext } from './context.ts';
import { DumpPace, fanOut } from './fan-out.ts';
import type { MeshSync } from './mesh-sync.ts';
import { wantedNamespace } from './namespaces.ts';

/** Without `-n`, more proxies than this are not asked one by one: that would take long and tell of no sync. */
const ASKED_WITHOUT_NAMESPACE = 50;

type States = ReadonlyMap<string, OwnState>;

/**
 * What each Envoy says of itself, by proxy ID, where no istiod could be asked: for users of one namespace, and while
 * istiod is down. Empty when an istiod answered. Proxies that could not be asked are in it with the reason.
 */
export async function ownStates(context: CommandContext, sync: MeshSync): Promise<States> {
  if (context.globals.compat || sync.istiods.some((istiod) => istiod.sync !== undefined)) return new Map();
  // That there is no istiod of a revision is the answer.
  if (context.globals.revision !== undefined && sync.istiods.length === 0) return new Map();
  const namespace = wantedNamespace(context);
  const pods = (sync.pods ?? []).filter(
    ({ pod }) => (namespace === undefined || pod.namespace === namespace) && isAskable(pod),
  );
  if (namespace === undefined && pods.length > ASKED_WITHOUT_NAMESPACE) {
    const next = '-n NAMESPACE asks the Envoys of one namespace';
    context.gap({ what: 'what the Envoys say themselves', why: `${pods.length} are too many to ask`, next });
    return new Map();
  }
  const pace = new DumpPace();
  const asked = await fanOut(context, pods, {
    what: 'proxies',
    atATime: pace.atATime,
    name: ({ pod }) => pod.proxyId,
    work: (pod) => ownStateOf(context, pod, pace),
  });
  return new Map(asked.flatMap(({ item, value }) => (value ? [[item.pod.proxyId, value] as const] : [])));
}

/** A ztunnel has no such pages; a pod that does not run answers nothing. */
function isAskable({ type, phase }: ClusterPod['pod']): boolean {
  return type !== 'ztunnel' && phase === 'Running';
}

/** Nothing for a proxy without pages in a recording: whoever made it did not ask its Envoy. */
async function ownStateOf(
  context: CommandContext,
  { pod, cluster }: ClusterPod,
  pace: DumpPace,
): Promise<OwnState | undefined> {
  const ref: PodRef = { name: pod.name, namespace: pod.namespace, cluster };
  const source = await context.source();
  const dump = await source.envoy(ref, 'config_dump');
  if (!dump.ok && dump.error.code === 'NotRecorded') return undefined;
  if (!dump.ok) return { ok: false, reason: dump.error.reason };
  // What istiod means the proxy to have is not what its Envoy has.
  const [intended] = dump.missing ?? [];
  if (intended !== undefined) return { ok: false, reason: intended.reason };
  pace.saw(dump.value.length);
  try {
    const pages: OwnPages = {
      dump: await openDumpBytes(dump.value, `config_dump of ${pod.proxyId}`),
      serverInfo: await pageOrNothing(context, ref, 'server_info'),
      certs: await pageOrNothing(context, ref, 'certs'),
    };
    return ownState(pages, context.now());
  } catch (error) {
    if (error instanceof MeshscopeError) return { ok: false, reason: error.message };
    throw error;
  }
}

async function pageOrNothing(context: CommandContext, ref: PodRef, page: EnvoyPage): Promise<unknown> {
  try {
    const { bytes, label } = await envoyPage(context, ref, page);
    return loadJson(bytes, label);
  } catch (error) {
    if (!(error instanceof MeshscopeError)) throw error;
    context.gap({ what: `${page} of ${proxyId(ref)}`, why: error.message });
    return undefined;
  }
}
