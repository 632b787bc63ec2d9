import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { decodeText } from '../../util/load-json.ts';
import { compareText } from '../../util/text.ts';
import type {
  Answer,
  Capability,
  CniPage,
  EnvoyPage,
  IstiodReply,
  IstiodRequest,
  LogQuery,
  MeshSource,
  ProxyEntry,
  ZtunnelPage,
} from '../source.ts';
import { clustersTextToJson, listenersTextToJson } from './envoy-admin-text.ts';
import { describeRequest } from './layout.ts';
import { OneClusterSource } from './one-cluster-source.ts';
import { type ReferenceFacts, readFacts } from './reference-facts.ts';
import { ReferenceObjects } from './reference-objects.ts';
import { notRecorded, type Question } from './snapshot-files.ts';
import { compareProxies } from './snapshot-source.ts';
import type { SnapshotStore } from './store.ts';

/** Files of an Envoy's pages in the archive; unpacking on Windows replaces the question mark. */
const ENVOY_FILES: Readonly<Record<EnvoyPage, readonly string[]>> = {
  config_dump: ['config_dump?include_eds', 'config_dump_include_eds', 'config_dump'],
  clusters: ['clusters'],
  certs: ['certs'],
  listeners: ['listeners'],
  server_info: ['server_info'],
  stats: ['stats/prometheus'],
  stats_text: [],
  stats_json: [],
  clusters_text: ['clusters'],
  logging: [],
  memory: ['memory'],
  runtime: ['runtime'],
  init_dump: [],
};

/**
 * Opens the archive (or its unpacked folder) that the reference tool's `bug-report` writes. Its time is the last line
 * of its log, else its newest file; its cluster ID is what a proxy says of itself; a note names what was guessed.
 */
export async function openReferenceArchive(store: SnapshotStore, clock: () => Date): Promise<MeshSource> {
  return new ReferenceArchive(store, await readFacts(store, clock));
}

class ReferenceArchive extends OneClusterSource implements MeshSource {
  protected readonly otherCluster: string;
  private readonly paths: ReadonlySet<string>;

  constructor(store: SnapshotStore, facts: ReferenceFacts) {
    super(store, facts, new ReferenceObjects(store, facts.istioNamespace));
    this.paths = new Set(store.paths);
    this.otherCluster = `the archive is of cluster ${facts.cluster}`;
  }

  get capabilities(): ReadonlySet<Capability> {
    const found = new Set<Capability>();
    for (const path of this.store.paths) {
      if (path.startsWith('cluster/')) found.add('kubernetes');
      if (/^istio\/[^/]+\/[^/]+\/(?:debug\/|metrics$)/.test(path)) found.add('istiod');
      if (path.endsWith('.log') && path.includes('/')) found.add('logs');
    }
    for (const proxy of this.proxyEntries()) found.add(proxy.kind);
    return found;
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    return { ok: true, value: this.proxyEntries() };
  }

  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const pods = this.podsBelow('istio');
    return Promise.all(
      pods.map(async (pod) => ({ istiod: pod, answer: await this.istiodPage(pod, request) })),
    );
  }

  async envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    const answer = await this.page(proxy, page, ENVOY_FILES[page]);
    if (!answer.ok || (page !== 'clusters' && page !== 'listeners')) return answer;
    const text = decodeText(answer.value);
    if (text.trimStart().startsWith('{')) return answer;
    const json = page === 'clusters' ? clustersTextToJson(text) : listenersTextToJson(text);
    return { ok: true, value: Buffer.from(JSON.stringify(json)) };
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.page(proxy, page, page === 'config_dump' ? ['config_dump'] : []);
  }

  async cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    const asked = `CNI ${page} of ${proxyId(pod)}`;
    return notRecorded({ asked, of: this.label }, 'the reference tool collects logs of the CNI plugin only');
  }

  async logs({ pod, container, previous }: LogQuery): Promise<Answer<Uint8Array>> {
    const asked = `${previous === true ? 'previous log' : 'log'} of ${container} in ${proxyId(pod)}`;
    const question = { asked, of: this.label };
    if (this.isElsewhere(pod.cluster)) return this.elsewhere(asked);
    if (previous === true) {
      return notRecorded(question, 'the reference tool appends the previous log to the current one');
    }
    const at = `${pod.namespace}/${pod.name}`;
    const files: Readonly<Record<string, string>> = {
      'istio-proxy': `proxies/${at}/istio-proxy.log`,
      discovery: `istio/${at}/discovery.log`,
      'install-cni': `cni/${pod.name}/cni.log`,
    };
    const file = Object.hasOwn(files, container) ? files[container] : undefined;
    return this.first(question, file === undefined ? [] : [file]);
  }

  private async page(proxy: PodRef, page: string, files: readonly string[]): Promise<Answer<Uint8Array>> {
    const asked = `${page} of ${proxyId(proxy)}`;
    if (this.isElsewhere(proxy.cluster)) return this.elsewhere(asked);
    const folder = `proxies/${proxy.namespace}/${proxy.name}`;
    return this.first(
      { asked, of: this.label },
      files.map((file) => `${folder}/${file}`),
    );
  }

  private async istiodPage(pod: PodRef, request: IstiodRequest): Promise<Answer<Uint8Array>> {
    const folder = `istio/${pod.namespace}/${pod.name}`;
    const question = { asked: describeRequest(request), of: proxyId(pod) };
    if (request.channel === 'metrics') return this.first(question, [`${folder}/metrics`]);
    if (request.channel !== 'debug' || request.proxy !== undefined) {
      return notRecorded(question, 'the reference tool collects debug pages and metrics of istiod only');
    }
    return this.first(question, [`${folder}/debug/${request.name}`]);
  }

  private first(question: Question, files: readonly string[]): Promise<Answer<Uint8Array>> {
    const path = files.find((file) => this.paths.has(file));
    return this.file(question, path, 'it is not in this archive');
  }

  private proxyEntries(): readonly ProxyEntry[] {
    const entries = this.podsBelow('proxies').map((pod): ProxyEntry => ({ pod, kind: this.kindOf(pod) }));
    return entries.sort(compareProxies);
  }

  /** A ztunnel's dump is asked without EDS; one that gave no dump at all is known by its name. */
  private kindOf(pod: PodRef): ProxyEntry['kind'] {
    const folder = `proxies/${pod.namespace}/${pod.name}`;
    if (ENVOY_FILES.config_dump.slice(0, 2).some((file) => this.paths.has(`${folder}/${file}`)))
      return 'envoy';
    if (this.paths.has(`${folder}/config_dump`)) return 'ztunnel';
    return pod.name.startsWith('ztunnel-') && !this.paths.has(`${folder}/server_info`) ? 'ztunnel' : 'envoy';
  }

  private podsBelow(room: string): PodRef[] {
    const found = new Map<string, PodRef>();
    for (const path of this.store.paths) {
      const [top, namespace, name, file] = path.split('/');
      if (top !== room || namespace === undefined || name === undefined || file === undefined) continue;
      found.set(`${namespace}/${name}`, { name, namespace, cluster: this.head.cluster });
    }
    return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, pod]) => pod);
  }
}
