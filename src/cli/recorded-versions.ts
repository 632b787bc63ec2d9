import type { ProxyVersion } from '../answers/version.ts';
import { proxyId } from '../kube/pod-ref.ts';
import type { EnvoyPage, MeshSource, ProxyEntry } from '../sources/source.ts';
import { MeshscopeError } from '../util/errors.ts';
import { asArray, asString, field } from '../util/json.ts';
import { loadJson } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';

/**
 * Versions of the proxies of a recording as their own Envoys tell them (the node of `server_info`, else of the
 * bootstrap), for recordings in which no istiod does. Proxies that do not say are named in one gap. Empty for a live
 * cluster.
 */
export async function recordedVersions(context: CommandContext): Promise<readonly ProxyVersion[]> {
  const source = await context.source();
  if (source.kind === 'cluster') return [];
  const answer = await source.proxies();
  noteMissing(context, 'proxies', answer);
  const versions: ProxyVersion[] = [];
  const silent: string[] = [];
  // One at a time: a dump may be large.
  for (const entry of answer.ok ? answer.value : []) {
    const version = entry.kind === 'envoy' ? await envoyVersion(source, entry) : undefined;
    if (version === undefined) silent.push(proxyId(entry.pod));
    else versions.push(version);
  }
  if (silent.length > 0) {
    const more = silent.length > 3 ? ` and ${silent.length - 3} more` : '';
    context.gap({ what: 'proxy versions', why: `not told by ${silent.slice(0, 3).join(', ')}${more}` });
  }
  return versions;
}

async function envoyVersion(source: MeshSource, { pod }: ProxyEntry): Promise<ProxyVersion | undefined> {
  for (const page of ['server_info', 'config_dump'] as const) {
    const node = nodeOf(await readPage(source, pod, page), page);
    const version = asString(field(node, 'metadata', 'ISTIO_VERSION'));
    if (version === undefined) continue;
    const type = asString(field(node, 'id'))?.split('~')[0] ?? '';
    return { ID: proxyId(pod), IstioVersion: version, Type: type === 'router' ? 'gateway' : type };
  }
  return undefined;
}

async function readPage(source: MeshSource, pod: ProxyEntry['pod'], page: EnvoyPage): Promise<unknown> {
  const answer = await source.envoy(pod, page);
  if (!answer.ok) return undefined;
  try {
    return loadJson(answer.value, `${page} of ${proxyId(pod)}`);
  } catch (error) {
    if (error instanceof MeshscopeError) return undefined;
    throw error;
  }
}

function nodeOf(document: unknown, page: EnvoyPage): unknown {
  if (page === 'server_info') return field(document, 'node');
  const bootstrap = asArray(field(document, 'configs'))
    .map((section) => field(section, 'bootstrap'))
    .find((one) => one !== undefined);
  return field(bootstrap, 'node');
}
