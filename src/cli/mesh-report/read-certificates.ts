import type { FoundCertificates } from '../../answers/mesh-report/certificates.ts';
import { envoyCertificates, ztunnelHeld } from '../../answers/mesh-report/proxy-certificates.ts';
import type { ProxyStatus } from '../../answers/proxy-status.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { MeshSource, ProxyEntry } from '../../sources/source.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';
import { isZtunnelDump, ztunnelDump } from '../../ztunnel/dump.ts';
import type { CommandContext } from '../context.ts';
import { fanOut } from '../fan-out.ts';
import { noteMissing } from '../missing.ts';
import { wantedNamespace } from '../namespaces.ts';
import { askedFor } from './read-control-plane.ts';

/** Pages of certificates are small; a ztunnel's holds the whole mesh. */
const AT_ONCE = 8;
const NAMED = 3;

/** The certificates of proxies, and the proxies that could be asked for them: of others nothing is known. */
export interface ProxyCertificates {
  readonly found: readonly FoundCertificates[];
  readonly asked: readonly PodRef[];
}

/** Asks every Envoy for its page `certs`, and every ztunnel for its dump. Whose page can't be read is in one gap. */
export async function proxyCertificates(
  context: CommandContext,
  status: ProxyStatus | undefined,
): Promise<ProxyCertificates> {
  const source = await context.source();
  const answer = await source.proxies();
  noteMissing(context, 'certificates of the proxies', answer);
  const namespace = wantedNamespace(context);
  const isAsked = askedFor(context, status);
  const isOne = (await source.clusters()).length < 2;
  const nameOf = (pod: PodRef): string => (isOne ? proxyId(pod) : `${pod.cluster ?? ''}/${proxyId(pod)}`);
  const entries = (answer.ok ? answer.value : []).filter(
    ({ pod }) => (namespace === undefined || pod.namespace === namespace) && isAsked(proxyId(pod)),
  );
  const asked = await fanOut(context, entries, {
    what: 'certificates of proxies',
    atATime: () => AT_ONCE,
    name: ({ pod }) => nameOf(pod),
    work: (entry) => certificatesOf(source, entry, nameOf(entry.pod)),
  });
  const done = new Set(asked.map(({ item }) => item));
  const found = asked.map(({ value }) => value);
  const unread = found.flatMap((one) => (one.held.length === 0 ? one.unread : []));
  const [first] = unread;
  if (first !== undefined) {
    const more = unread.length > NAMED ? ` and ${unread.length - NAMED} more` : '';
    const names = unread.slice(0, NAMED).map(({ who }) => who);
    context.gap({ what: `certificates of ${names.join(', ')}${more}`, why: first.why });
  }
  const left = entries.filter((entry) => !done.has(entry));
  const late = left.map(({ pod }) => ({ who: nameOf(pod), why: 'interrupted before it answered' }));
  return { found: [...found, { held: [], unread: late }], asked: entries.map(({ pod }) => pod) };
}

async function certificatesOf(
  source: MeshSource,
  { pod, kind }: ProxyEntry,
  who: string,
): Promise<FoundCertificates> {
  const unread = (why: string): FoundCertificates => ({ held: [], unread: [{ who, why }] });
  const answer =
    kind === 'envoy' ? await source.envoy(pod, 'certs') : await source.ztunnel(pod, 'config_dump');
  if (!answer.ok) return unread(answer.error.reason);
  try {
    const page = loadJson(answer.value, `certificates of ${who}`);
    if (kind === 'envoy') return envoyCertificates(page, who);
    return isZtunnelDump(page) ? ztunnelHeld(ztunnelDump(page), who) : unread('it is no dump of a ztunnel');
  } catch (error) {
    if (error instanceof MeshscopeError) return unread(error.message);
    throw error;
  }
}
