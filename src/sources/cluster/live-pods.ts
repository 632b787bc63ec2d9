import type { Duplex } from 'node:stream';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { AskedAccess, LiveMesh, PodReply, PodRequest } from '../live-mesh.ts';
import type { Answer, LogQuery } from '../source.ts';
import { toMeshscopeError } from '../source-error.ts';
import { AccessReviews } from './access-reviews.ts';
import type { ApiServer } from './api-server.ts';
import { failedAnswer } from './call-failure.ts';
import type { PodHttp } from './pod-http.ts';
import { followPodLog } from './pod-logs.ts';
import { openPodPort } from './port-stream.ts';

/** Connections to the pods of a live cluster, through the API server. */
export class LivePods implements LiveMesh {
  readonly #api: ApiServer;
  readonly #http: PodHttp;
  #reviews: AccessReviews | undefined;

  constructor(api: ApiServer, http: PodHttp) {
    this.#api = api;
    this.#http = http;
  }

  get server(): string {
    return this.#api.login.server.href;
  }

  mayI(access: AskedAccess): Promise<boolean | undefined> {
    this.#reviews ??= new AccessReviews(this.#api);
    return this.#reviews.mayI(access);
  }

  async connect(pod: PodRef, port: number): Promise<Answer<Duplex>> {
    try {
      return { ok: true, value: await openPodPort(this.#api, pod, port) };
    } catch (cause) {
      return failedAnswer(cause, `port ${port} of ${proxyId(pod)}`, `pod ${proxyId(pod)}`);
    }
  }

  async request(pod: PodRef, request: PodRequest, signal?: AbortSignal): Promise<Answer<PodReply>> {
    try {
      return { ok: true, value: await this.#http.reply(pod, { ...request, signal }) };
    } catch (cause) {
      const page = request.path.split('?', 1)[0] ?? request.path;
      return failedAnswer(cause, `${page} of ${proxyId(pod)}`, `pod ${proxyId(pod)}`);
    }
  }

  async *followLog(query: LogQuery, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* followPodLog(this.#api, query, signal);
    } catch (cause) {
      const asked = `the log of ${query.container} in ${proxyId(query.pod)}`;
      throw toMeshscopeError(failedAnswer(cause, asked, this.#api.login.context).error);
    }
  }
}
