import type { KubeObject } from '../../kube/object.ts';
import { podPhase, podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { asArray, asNumber, asString, field } from '../../util/json.ts';
import { describeRequest } from '../snapshot/layout.ts';
import type { IstiodReply, IstiodRequest } from '../source.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure, failedAnswer } from './call-failure.ts';
import { clusterIdOf } from './cluster-identity.ts';
import { istiodPage } from './istiod-page.ts';
import { pathSegment } from './kube-name.ts';
import { listObjects } from './list-objects.ts';
import { podHttp } from './pod-http.ts';
import { ISTIOD_STRAGGLERS, raceTogether } from './straggler.ts';

/** Where a control plane's istiods are, and which of them. */
export interface IstiodSelection {
  readonly namespace: string;
  /** Only those of this revision; all when absent. */
  readonly revision?: string | undefined;
}

const MONITORING = 15014;

/** The istiod pods of a control plane, asked all at once over HTTP: one that is dead is one failed reply. */
export class IstiodReplicas {
  readonly #api: ApiServer;
  readonly #selection: IstiodSelection;
  #pods: Promise<readonly KubeObject[]> | undefined;
  #owners: Promise<readonly Owned[]> | undefined;

  constructor(api: ApiServer, selection: IstiodSelection) {
    this.#api = api;
    this.#selection = selection;
  }

  /** One reply a replica. When the replicas can't be listed, one failed reply in the name of all. */
  async ask(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const asked = describeRequest(request);
    const page = istiodPage(request);
    let pods: readonly KubeObject[];
    try {
      pods = await this.pods();
    } catch (cause) {
      const all = { name: 'istiod', namespace: this.#selection.namespace };
      return [{ istiod: all, answer: failedAnswer(cause, asked, proxyId(all)) }];
    }
    if (typeof page === 'string') {
      const answer = failedAnswer(new CallFailure('NotFound', page), asked, 'istiod');
      return pods.map((pod) => ({ istiod: podRef(pod), answer }));
    }
    if (request.proxy !== undefined) return this.#askOwner(pods, request.proxy, asked, page);
    return this.#askAll(pods, asked, page);
  }

  /** Running istiod pods, oldest name first; asked for once. Throws `CallFailure`. */
  pods(): Promise<readonly KubeObject[]> {
    this.#pods ??= this.#list().catch((cause: unknown) => {
      this.#pods = undefined;
      throw cause;
    });
    return this.#pods;
  }

  /** Istio's name of this cluster, as the istiods in it know it. */
  async clusterId(): Promise<string | undefined> {
    return (await this.pods()).map(clusterIdOf).find((id) => id !== undefined);
  }

  async #list(): Promise<readonly KubeObject[]> {
    const { namespace, revision } = this.#selection;
    const labels = revision === undefined ? 'app=istiod' : `app=istiod,istio.io/rev=${revision}`;
    const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods`;
    const { objects, cutShort } = await listObjects(this.#api, path, { labelSelector: labels });
    if (cutShort !== undefined) throw cutShort;
    // A pod that is going away takes its answers with it.
    return objects.filter(
      (pod) => podPhase(pod) === 'Running' && pod.metadata['deletionTimestamp'] === undefined,
    );
  }

  async #askAll(
    pods: readonly KubeObject[],
    asked: string,
    page: { readonly port: number | 'monitoring'; readonly path: string },
  ): Promise<readonly IstiodReply[]> {
    const results = await raceTogether(
      pods.map((pod) => (signal) => {
        const port = page.port === 'monitoring' ? monitoringPort(pod) : page.port;
        return podHttp(this.#api, podRef(pod), { port, path: page.path, signal });
      }),
      ISTIOD_STRAGGLERS,
    );
    return pods.map((pod, index): IstiodReply => {
      const istiod = podRef(pod);
      const result = results[index];
      if (result?.status === 'fulfilled') return { istiod, answer: { ok: true, value: result.value } };
      return { istiod, answer: failedAnswer(result?.reason, asked, proxyId(istiod)) };
    });
  }

  /** Only the istiod that a proxy is connected to knows its pages: the others are not bothered. */
  async #askOwner(
    pods: readonly KubeObject[],
    proxy: PodRef,
    asked: string,
    page: { readonly port: number | 'monitoring'; readonly path: string },
  ): Promise<readonly IstiodReply[]> {
    this.#owners ??= this.#connected(pods);
    const owned = await this.#owners;
    const id = proxyId(proxy);
    const owners = owned.filter((one) => one.proxies?.has(id));
    const replies = await this.#askAll(
      owners.map((one) => one.pod),
      asked,
      page,
    );
    const silent = owned.filter((one) => !owners.includes(one));
    return [
      ...replies,
      ...silent.map((one): IstiodReply => {
        const failure = one.failure ?? new CallFailure('NotFound', `${id} is not connected to this istiod`);
        const istiod = podRef(one.pod);
        return { istiod, answer: failedAnswer(failure, asked, proxyId(istiod)) };
      }),
    ].sort((a, b) => (a.istiod.name < b.istiod.name ? -1 : 1));
  }

  async #connected(pods: readonly KubeObject[]): Promise<readonly Owned[]> {
    const page = { port: 'monitoring' as const, path: '/debug/syncz' };
    const replies = await this.#askAll(pods, 'debug/syncz', page);
    return pods.map((pod, index): Owned => {
      const answer = replies[index]?.answer;
      const proxies = answer?.ok ? proxiesOf(answer.value) : undefined;
      if (proxies !== undefined) return { pod, proxies };
      if (answer?.ok) return { pod, failure: new CallFailure('Corrupt', 'its syncz page is not JSON') };
      const failure = new CallFailure(
        answer?.error.code ?? 'Unreachable',
        answer?.error.reason ?? 'no answer',
      );
      return { pod, failure };
    });
  }
}

/** The proxies connected to one istiod, or why they are not known. */
interface Owned {
  readonly pod: KubeObject;
  readonly proxies?: ReadonlySet<string>;
  readonly failure?: CallFailure;
}

/** Proxy IDs on a syncz page; `undefined` when it is none. */
function proxiesOf(syncz: Uint8Array): ReadonlySet<string> | undefined {
  try {
    const entries = asArray(JSON.parse(Buffer.from(syncz).toString('utf8')));
    return new Set(entries.flatMap((entry) => asString(field(entry, 'proxy')) ?? []));
  } catch {
    return undefined;
  }
}

/** The port of the debug pages: the pod says where Prometheus finds it, otherwise 15014. */
function monitoringPort(pod: KubeObject): number {
  const port = asNumber(Number(pod.metadata.annotations?.['prometheus.io/port'] ?? Number.NaN));
  return port !== undefined && Number.isInteger(port) && port > 0 && port < 65536 ? port : MONITORING;
}
