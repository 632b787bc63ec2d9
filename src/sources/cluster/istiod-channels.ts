import { proxyId } from '../../kube/pod-ref.ts';
import type { XdsOptions } from '../live-options.ts';
import type { IstiodRequest } from '../source.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';
import { firstSuccess } from './first-success.ts';
import type { IstiodInstance } from './istiod-instances.ts';
import { istiodPage } from './istiod-page.ts';
import type { PodHttp } from './pod-http.ts';
import type { XdsClient } from './xds/xds-client.ts';
import { xdsQuestion } from './xds/xds-request.ts';

/** HTTP answers within this time from a healthy istiod; then xDS is asked beside it. */
const HEDGE_MS = 2_000;

/**
 * The two ways to one istiod's debug answers: HTTP over a port-forward, which needs no login, and xDS. HTTP comes first
 * unless options of xDS were given; what HTTP does not answer is asked over xDS.
 */
export class IstiodChannels {
  readonly #api: ApiServer;
  readonly #http: PodHttp;
  readonly #namespace: string;
  readonly #xds: XdsOptions | undefined;
  #client: Promise<XdsClient> | undefined;
  /** Istiods that have no debug pages over HTTP. */
  readonly #withoutHttp = new Set<string>();

  constructor(api: ApiServer, http: PodHttp, namespace: string, xds: XdsOptions | undefined) {
    this.#api = api;
    this.#http = http;
    this.#namespace = namespace;
    this.#xds = xds;
  }

  /** The bytes of one istiod's answer. Throws `CallFailure`. */
  async ask(istiod: IstiodInstance, request: IstiodRequest, signal: AbortSignal): Promise<Buffer> {
    const page = istiodPage(request);
    const question = xdsQuestion(request);
    const overXds = async (ending: AbortSignal): Promise<Buffer> => {
      if (typeof question === 'string') throw new CallFailure('NotFound', question);
      return (await this.#xdsClient()).ask(istiod, question, ending);
    };
    if (istiod.address !== undefined || (typeof question !== 'string' && this.#prefersXds(istiod, request)))
      return overXds(signal);
    if (typeof page === 'string') throw new CallFailure('NotFound', page);
    const port = page.port === 'monitoring' ? istiod.monitoringPort : page.port;
    const overHttp = (ending: AbortSignal): Promise<Buffer> =>
      this.#http.page(istiod.ref, { port, path: page.path, signal: ending });
    if (typeof question === 'string') return overHttp(signal);
    return firstSuccess(overHttp, overXds, {
      hedgeMs: HEDGE_MS,
      signal,
      mayHelp: (failure) => {
        if (isSwitchedOff(failure)) this.#withoutHttp.add(proxyId(istiod.ref));
        return mayXdsHelp(failure);
      },
      both: bothFailed,
    });
  }

  #prefersXds({ ref }: IstiodInstance, { channel }: IstiodRequest): boolean {
    return this.#xds !== undefined || channel === 'xds' || this.#withoutHttp.has(proxyId(ref));
  }

  /** gRPC is loaded when it is needed. */
  #xdsClient(): Promise<XdsClient> {
    this.#client ??= import('./xds/xds-client.ts').then(
      ({ XdsClient: Client }) => new Client(this.#api, this.#namespace, this.#xds),
    );
    return this.#client;
  }
}

/** `ENABLE_DEBUG_ON_HTTP=false`: the port answers, but has no such pages at all. */
function isSwitchedOff({ answered, status, message }: CallFailure): boolean {
  return answered && status === 404 && message.includes('404 page not found');
}

/** Whether istiod may answer over xDS what it did not answer over HTTP: a refusal of the API server stays one. */
function mayXdsHelp(failure: CallFailure): boolean {
  if (failure.answered) return isSwitchedOff(failure) || failure.status !== 404;
  return failure.status === undefined && (failure.code === 'Unreachable' || failure.code === 'Timeout');
}

/** What HTTP said, and what xDS said where that is another thing. */
function bothFailed(http: CallFailure, xds: CallFailure): CallFailure {
  const http404 = isSwitchedOff(http);
  const first = http404 ? 'its debug pages are switched off over HTTP' : http.message;
  const same =
    xds.message === http.message || (xds.code === http.code && xds.message.includes('nothing listens'));
  const reason = same ? first : `${first}; over xDS: ${xds.message}`;
  return new CallFailure(http404 ? xds.code : http.code, reason, { next: http.next ?? xds.next });
}
