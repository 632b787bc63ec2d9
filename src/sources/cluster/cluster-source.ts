import type { KubeObject } from '../../kube/object.ts';
import { podRef } from '../../kube/pod.ts';
import { clusterIdOf } from '../../kube/pod-cluster.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { compareObjects } from '../kube-list.ts';
import { Limiter } from '../limiter.ts';
import type { XdsOptions } from '../live-options.ts';
import { describeKind } from '../snapshot/layout.ts';
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
  ResourceQuery,
  ZtunnelPage,
} from '../source.ts';
import type { SourceError } from '../source-error.ts';
import type { ApiServer } from './api-server.ts';
import { ASK_FOR_ROLE, CallFailure, failedAnswer, toCallFailure } from './call-failure.ts';
import { ClusterIdentity } from './cluster-identity.ts';
import { EnvoyLadder } from './envoy-ladder.ts';
import { cniRequest, ztunnelRequest } from './envoy-page.ts';
import { IstiodReplicas } from './istiod-replicas.ts';
import { pathSegment } from './kube-name.ts';
import { getObject, listObjects } from './list-objects.ts';
import { LivePods } from './live-pods.ts';
import { PodHttp } from './pod-http.ts';
import { podLog } from './pod-logs.ts';
import { collectionPath, type ServedResource, ServedResources } from './served-resources.ts';

/** What a live mesh is read with, besides the API server. */
export interface ClusterSourceOptions {
  readonly istioNamespace: string | undefined;
  readonly revision: string | undefined;
  /** How istiod is asked over xDS, when it is to be asked that way first. */
  readonly xds?: XdsOptions | undefined;
  /** Where proxies are looked for; all namespaces when absent. */
  readonly namespace: string | undefined;
  readonly clock: () => Date;
  /** Admin port of proxies; Istio's own when absent. */
  readonly adminPort?: number | undefined;
  /** Proxies asked at a time. */
  readonly proxiesAtATime: number;
}

/** A mesh read from the cluster that runs it, now. Everything is asked through the API server. */
export class ClusterSource implements MeshSource {
  readonly kind = 'cluster';
  readonly label: string;
  readonly context: string;
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'kubernetes',
    'istiod',
    'envoy',
    'ztunnel',
    'logs',
  ]);
  readonly istioNamespace: string | undefined;
  readonly revision: string | undefined;
  readonly defaultNamespace: string;
  readonly live: LivePods;
  private readonly served: ServedResources;
  private readonly istiods: IstiodReplicas;
  private readonly http: PodHttp;
  private readonly ladder: EnvoyLadder;
  private readonly identity: ClusterIdentity;
  private readonly proxyLimit: Limiter;

  constructor(
    private readonly api: ApiServer,
    private readonly options: ClusterSourceOptions,
  ) {
    this.label = api.login.context;
    this.context = api.login.context;
    this.istioNamespace = options.istioNamespace;
    this.revision = options.revision;
    this.defaultNamespace = api.login.namespace ?? 'default';
    this.http = new PodHttp(api);
    this.live = new LivePods(api, this.http);
    this.served = new ServedResources(api);
    const namespace = options.istioNamespace ?? 'istio-system';
    const selection = { namespace, revision: options.revision, xds: options.xds };
    this.istiods = new IstiodReplicas(api, this.http, selection);
    this.ladder = new EnvoyLadder(api, this.http, this.istiods, options.adminPort);
    this.identity = new ClusterIdentity(() => this.istiods.clusterId());
    this.proxyLimit = new Limiter(options.proxiesAtATime);
  }

  get now(): Date {
    return this.options.clock();
  }

  get notes(): readonly string[] {
    return this.ladder.notes;
  }

  /** The name that istiod gives this cluster; none when no istiod can be read. */
  async clusters(): Promise<readonly string[]> {
    const id = await this.istiods.clusterId().catch(() => undefined);
    this.identity.learn(id);
    return id === undefined ? [] : [id];
  }

  async resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    const kind = describeKind(query.group, query.plural);
    const what = query.name === undefined ? kind : `${kind} ${query.name}`;
    const asked = query.namespace === undefined ? what : `${what} in ${query.namespace}`;
    let resource: ServedResource | undefined;
    try {
      await this.identity.require(query.cluster);
      resource = await this.served.find(query.group, query.plural);
      if (resource === undefined)
        throw new CallFailure('NotFound', 'the cluster has no such kind: its CRD is not installed');
      const path = collectionPath(resource, query.namespace);
      if (query.name !== undefined && !resource.namespaced)
        return { ok: true, value: await getObject(this.api, path, query.name) };
      const fieldSelector = query.name === undefined ? undefined : `metadata.name=${pathSegment(query.name)}`;
      const { objects, cutShort } = await listObjects(this.api, path, {
        fieldSelector,
        metadataOnly: query.metadataOnly,
      });
      const value = [...objects].sort(compareObjects);
      if (cutShort === undefined) return { ok: true, value };
      return { ok: true, value, missing: [this.failure(cutShort, `the rest of ${asked}`).error] };
    } catch (cause) {
      const { error } = this.failure(cause, asked);
      return {
        ok: false,
        error: {
          ...error,
          next: nextOf(error, resource?.namespaced === true && query.namespace === undefined),
        },
      };
    }
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    const { namespace } = this.options;
    const pods = await this.resources({ group: '', plural: 'pods', namespace });
    if (!pods.ok) return pods;
    const value = pods.value.flatMap((pod): ProxyEntry[] => {
      const proxy = proxyPod(pod);
      if (proxy === undefined) return [];
      const cluster = clusterIdOf(pod);
      this.identity.learn(cluster);
      const kind = proxy.type === 'ztunnel' ? 'ztunnel' : 'envoy';
      return [{ pod: { ...podRef(pod), cluster }, kind }];
    });
    return pods.missing === undefined ? { ok: true, value } : { ok: true, value, missing: pods.missing };
  }

  istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    return this.istiods.ask(request);
  }

  async envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    try {
      await this.identity.require(proxy.cluster);
    } catch (cause) {
      return this.failure(cause, `${page} of ${proxyId(proxy)}`);
    }
    return this.proxyLimit.run(() => this.ladder.ask(proxy, page));
  }

  async ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    try {
      await this.identity.require(proxy.cluster);
      const value = await this.proxyLimit.run(() =>
        this.http.page(proxy, ztunnelRequest(page, this.options.adminPort)),
      );
      return { ok: true, value };
    } catch (cause) {
      const { error } = failedAnswer(cause, `${page} of ${proxyId(proxy)}`, `ztunnel ${proxyId(proxy)}`);
      return { ok: false, error: { ...error, next: error.next ?? ztunnelNext(error, proxy) } };
    }
  }

  async cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    try {
      await this.identity.require(pod.cluster);
      return { ok: true, value: await this.proxyLimit.run(() => this.http.page(pod, cniRequest(page))) };
    } catch (cause) {
      return failedAnswer(cause, `CNI ${page} of ${proxyId(pod)}`, proxyId(pod));
    }
  }

  async logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    try {
      await this.identity.require(query.pod.cluster);
      return { ok: true, value: await podLog(this.api, query) };
    } catch (cause) {
      const which = query.previous === true ? 'the previous log' : 'the log';
      return this.failure(cause, `${which} of ${query.container} in ${proxyId(query.pod)}`);
    }
  }

  close(): Promise<void> {
    return this.api.close();
  }

  private failure(cause: unknown, asked: string): { readonly ok: false; readonly error: SourceError } {
    const failure: CallFailure = toCallFailure(cause);
    return failedAnswer(failure, asked, `the API server of ${this.label}`);
  }
}

/** A ztunnel has no agent in its container that exec could run: port-forward is the only way. */
function ztunnelNext({ code }: SourceError, { name, namespace }: PodRef): string | undefined {
  if (code === 'Forbidden')
    return `ask for a Role with the verb create on pods/portforward in ${namespace}: ztunnel has no agent that exec could ask`;
  if (code === 'Unreachable') return `kubectl logs ${name} -n ${namespace} shows whether it runs`;
  return undefined;
}

/** `fewer`: whether one namespace could have been asked about instead of all. */
function nextOf(error: SourceError, fewer: boolean): string | undefined {
  if (error.code !== 'Forbidden' || error.next !== undefined) return error.next;
  return fewer ? `-n NAMESPACE asks for less; ${ASK_FOR_ROLE}` : ASK_FOR_ROLE;
}
