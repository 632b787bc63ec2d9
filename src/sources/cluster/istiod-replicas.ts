import { clusterIdOf } from '../../kube/pod-cluster.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { asArray, asString, field } from '../../util/json.ts';
import { describeRequest } from '../snapshot/layout.ts';
import type { IstiodReply, IstiodRequest } from '../source.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure, failedAnswer } from './call-failure.ts';
import { IstiodChannels } from './istiod-channels.ts';
import { findIstiods, type IstiodInstance, type IstiodSelection } from './istiod-instances.ts';
import type { PodHttp } from './pod-http.ts';
import { connectionOf, needsConnection } from './proxy-connection.ts';
import { ISTIOD_STRAGGLERS, isStraggler, raceTogether } from './straggler.ts';

/** The istiods of a control plane, asked all at once: one that is dead is one failed reply. */
export class IstiodReplicas {
  readonly #api: ApiServer;
  readonly #selection: IstiodSelection;
  readonly #channels: IstiodChannels;
  /** Replicas that did not answer while another one did: they are not waited for again. */
  readonly #slow = new Set<string>();
  #istiods: Promise<readonly IstiodInstance[]> | undefined;
  #owners: Promise<readonly Owned[]> | undefined;

  constructor(api: ApiServer, http: PodHttp, selection: IstiodSelection) {
    this.#api = api;
    this.#selection = selection;
    this.#channels = new IstiodChannels(api, http, selection.namespace, selection.xds);
  }

  /** One reply a replica. When the replicas can't be found, one failed reply in the name of all. */
  async ask(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    let istiods: readonly IstiodInstance[];
    try {
      istiods = await this.#find();
    } catch (cause) {
      const all = { name: 'istiod', namespace: this.#selection.namespace };
      return [{ istiod: all, answer: failedAnswer(cause, describeRequest(request), proxyId(all)) }];
    }
    return request.proxy === undefined
      ? this.#askAll(istiods, request)
      : this.#askOwner(istiods, request, request.proxy);
  }

  /** Istio's name of this cluster, as the istiods in it know it. Throws `CallFailure`. */
  async clusterId(): Promise<string | undefined> {
    return (await this.#find()).map(({ pod }) => pod && clusterIdOf(pod)).find((id) => id !== undefined);
  }

  #find(): Promise<readonly IstiodInstance[]> {
    this.#istiods ??= findIstiods(this.#api, this.#selection).catch((cause: unknown) => {
      this.#istiods = undefined;
      throw cause;
    });
    return this.#istiods;
  }

  async #askAll(istiods: readonly IstiodInstance[], request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const asked = describeRequest(request);
    const results = await raceTogether(
      istiods.map((istiod) => (ending) => {
        return this.#channels.ask(istiod, request, AbortSignal.any([this.#api.signal, ending]));
      }),
      ISTIOD_STRAGGLERS,
      new Set(istiods.flatMap(({ ref }, index) => (this.#slow.has(proxyId(ref)) ? [index] : []))),
    );
    return istiods.map(({ ref }, index): IstiodReply => {
      const result = results[index];
      if (result?.status === 'fulfilled') this.#slow.delete(proxyId(ref));
      else if (isStraggler(result?.reason)) this.#slow.add(proxyId(ref));
      if (result?.status === 'fulfilled') return { istiod: ref, answer: { ok: true, value: result.value } };
      return { istiod: ref, answer: failedAnswer(result?.reason, asked, proxyId(ref)) };
    });
  }

  /** Only the istiod that a proxy is connected to knows its pages: the others are not bothered. */
  async #askOwner(
    istiods: readonly IstiodInstance[],
    request: IstiodRequest,
    proxy: PodRef,
  ): Promise<readonly IstiodReply[]> {
    const asked = describeRequest(request);
    this.#owners ??= this.#connected(istiods);
    const owned = await this.#owners;
    const id = proxyId(proxy);
    const owners = owned.filter((one) => one.proxies?.has(id));
    const replies = (await Promise.all(owners.map((one) => this.#askOne(one, request, id)))).flat();
    const silent = owned.filter((one) => !owners.includes(one));
    return [
      ...replies,
      ...silent.map(({ istiod: { ref }, failure }): IstiodReply => {
        const why = failure ?? new CallFailure('NotFound', `${id} is not connected to this istiod`);
        return { istiod: ref, answer: failedAnswer(why, asked, proxyId(ref)) };
      }),
    ].sort((a, b) => (a.istiod.name < b.istiod.name ? -1 : 1));
  }

  /** The page of that proxy and of no other whose name contains its name. */
  async #askOne(
    { istiod, proxies = new Set() }: Owned,
    request: IstiodRequest,
    id: string,
  ): Promise<readonly IstiodReply[]> {
    if (!needsConnection(id, proxies)) return this.#askAll([istiod], request);
    const [page] = await this.#askAll([istiod], { channel: 'debug', name: 'connections' });
    if (page === undefined || !page.answer.ok) return page === undefined ? [] : [page];
    const connection = connectionOf(id, parsed(page.answer.value));
    if (connection !== undefined) {
      const query = { ...request.query, proxyID: connection };
      return this.#askAll([istiod], { channel: 'debug', name: request.name, query });
    }
    const why = `istiod can't tell ${id} from other proxies whose names contain this one`;
    const answer = failedAnswer(
      new CallFailure('NotFound', why),
      describeRequest(request),
      proxyId(istiod.ref),
    );
    return [{ istiod: istiod.ref, answer }];
  }

  async #connected(istiods: readonly IstiodInstance[]): Promise<readonly Owned[]> {
    const replies = await this.#askAll(istiods, { channel: 'debug', name: 'syncz' });
    return istiods.map((istiod, index): Owned => {
      const answer = replies[index]?.answer;
      const proxies = answer?.ok ? proxiesOf(answer.value) : undefined;
      if (proxies !== undefined) return { istiod, proxies };
      if (answer?.ok) return { istiod, failure: new CallFailure('Corrupt', 'its syncz page is not JSON') };
      const failure = new CallFailure(
        answer?.error.code ?? 'Unreachable',
        answer?.error.reason ?? 'no answer',
      );
      return { istiod, failure };
    });
  }
}

/** The proxies connected to one istiod, or why they are not known. */
interface Owned {
  readonly istiod: IstiodInstance;
  readonly proxies?: ReadonlySet<string>;
  readonly failure?: CallFailure;
}

/** Proxy IDs on a syncz page; `undefined` when it is none. */
function proxiesOf(syncz: Uint8Array): ReadonlySet<string> | undefined {
  const page = parsed(syncz);
  if (page === undefined) return undefined;
  return new Set(asArray(page).flatMap((entry) => asString(field(entry, 'proxy')) ?? []));
}

function parsed(page: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(page).toString('utf8'));
  } catch {
    return undefined;
  }
}
