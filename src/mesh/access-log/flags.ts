/** What a response flag of Envoy means. */
export interface FlagInfo {
  /** What happened, as the end of "the proxy …" would say it. */
  readonly meaning: string;
  /** The usual cause. */
  readonly cause: string;
  /** What to look at next; `{pod}`, `{request}` and `{endpoint}` stand for names of the call. */
  readonly next: string;
  /** Flags that only go with others and do not say what failed. */
  readonly isSecondary?: boolean;
  /** Whether the proxy did what it was told to, or the caller went away: worth a look, no failure of the mesh. */
  readonly isMild?: boolean;
}

const ENDPOINTS = 'compare the endpoints with the pods: meshscope proxy-config endpoint {pod}';
const LIMITS = 'look at connectionPool in the DestinationRule of the host';
const OVERLOAD = "raise the proxy's memory or file limits, or add replicas";

/** Every response flag of Envoy. Source: spec of users §3.1. */
export const FLAGS: Readonly<Record<string, FlagInfo>> = {
  UH: {
    meaning: 'the cluster has no healthy endpoint',
    cause: 'no pod of the Service is ready, its selector matches none, or all endpoints are ejected',
    next: ENDPOINTS,
  },
  UF: {
    meaning: 'no connection to the endpoint could be made',
    cause: 'nothing listens on that port, a NetworkPolicy drops it, or TLS is refused',
    next: 'compare port and TLS mode on both ends: meshscope proxy-config endpoint {pod}',
  },
  UC: {
    meaning: 'the endpoint closed the connection before it answered',
    cause:
      'plain text was sent to a port that takes mTLS only, the application restarted, or it closes idle connections sooner than the proxy',
    next: "look at the other end's log: meshscope logs {pod} --to {endpoint}",
  },
  UO: {
    meaning: 'a circuit breaker is open: too many requests or connections under way',
    cause: 'connectionPool limits are lower than the load',
    next: LIMITS,
  },
  UR: {
    meaning: 'the endpoint reset the stream or connection',
    cause: 'the other end refused the traffic, or the application ended it',
    next: "look at the other end's log: meshscope logs {pod} --to {endpoint}",
  },
  LR: {
    meaning: 'the proxy itself reset the connection',
    cause: 'a local policy or a protocol error ended it',
    next: 'read the details behind the flag',
  },
  URX: {
    meaning: 'the retries, or attempts to connect, were used up',
    cause: 'every attempt failed; the other flag says how',
    next: 'read the flag beside it',
    isSecondary: true,
  },
  UT: {
    meaning: 'the endpoint did not answer in time',
    cause: 'the application is slower than the timeout of the route',
    next: 'compare timeout (and retries.perTryTimeout) of the VirtualService with how long the application takes',
  },
  DT: {
    meaning: 'the request or connection lasted longer than it may',
    cause: 'a maximum duration is set',
    next: 'look at maxDuration settings and EnvoyFilters of this proxy',
  },
  UMSDR: {
    meaning: 'the stream to the endpoint lasted longer than it may',
    cause: 'max_stream_duration is set for the route',
    next: 'look at the timeout of the route',
  },
  NR: {
    meaning: 'no route, or no filter chain, matches',
    cause: 'host, path, SNI or port is not configured, or plain text met a port that takes mTLS only',
    next: 'meshscope proxy-config route {pod} and listener {pod} show what would match',
  },
  NC: {
    meaning: 'the route leads to a cluster that this proxy does not have',
    cause:
      'a VirtualService names a host or subset that no Service or DestinationRule defines, or a Sidecar resource hides it',
    next: 'meshscope proxy-config path {pod} {request} names the route and the cluster that is missing',
  },
  UAEX: {
    meaning: 'the external authorizer denied the request, or could not be asked',
    cause: 'it said no, is down, or is too slow',
    next: 'look at the log of the extension provider and at its timeout',
  },
  RL: {
    meaning: 'a rate limit was reached',
    cause: 'a local or global rate limit allows less',
    next: 'look at the EnvoyFilters that set rate limits',
  },
  RLSE: {
    meaning: 'the rate limit service failed',
    cause: 'it is down or too slow',
    next: 'look at the rate limit service',
  },
  DC: {
    meaning: 'the caller went away before it got an answer',
    cause: "the caller's timeout (or per-try timeout) is shorter than the answer takes",
    next: "compare the caller's timeout with how long the request took",
    isMild: true,
  },
  DR: {
    meaning: 'the caller reset the stream',
    cause: 'it gave up, or its own proxy did',
    next: "compare the caller's timeout with how long the request took",
    isMild: true,
  },
  DPE: {
    meaning: 'the caller broke the protocol',
    cause: 'TLS was sent to an HTTP port, or headers are broken or too large',
    next: "check the port's protocol (name or appProtocol) and what the caller sends",
  },
  UPE: {
    meaning: 'the endpoint broke the protocol',
    cause: 'HTTP/2 was sent to an HTTP/1 server (or the reverse), or its headers are broken',
    next: "check the port's protocol (name or appProtocol) and h2UpgradePolicy",
  },
  IH: {
    meaning: 'a header of Envoy in the request is not valid',
    cause: 'the caller sets an x-envoy header wrongly',
    next: 'look at the x-envoy-* headers that the caller sends',
  },
  SI: {
    meaning: 'nothing was sent for too long',
    cause: 'the stream idle timeout passed',
    next: 'look for slow uploads or streams, and at the stream idle timeout',
  },
  FI: {
    meaning: 'a fault was injected',
    cause: 'a VirtualService has fault.abort',
    next: 'remove fault from the VirtualService when the test is over',
    isMild: true,
  },
  DI: {
    meaning: 'a delay was injected',
    cause: 'a VirtualService has fault.delay',
    next: 'remove fault from the VirtualService when the test is over',
    isMild: true,
  },
  OM: {
    meaning: 'the proxy is overloaded and refused the request',
    cause: 'its memory or connections are at their limit',
    next: OVERLOAD,
  },
  DF: {
    meaning: 'the name of the host could not be resolved',
    cause: 'the DNS name does not exist, or the DNS server does not answer',
    next: 'resolve the name from the pod',
  },
  DO: {
    meaning: 'requests are dropped on purpose because the endpoints are overloaded',
    cause: 'the endpoints come with a drop policy',
    next: ENDPOINTS,
  },
  LH: {
    meaning: "this proxy's own health check failed",
    cause: 'the local health check of the service fails',
    next: 'look at the health of the application in this pod',
  },
  RFCF: {
    meaning: 'the answer came from the cache',
    cause: 'a cache filter is on',
    next: 'look at the EnvoyFilters of this proxy',
    isMild: true,
  },
  NFCF: {
    meaning: 'the configuration of a filter has not arrived',
    cause: 'a Wasm module or an extension config could not be fetched',
    next: 'meshscope proxy-status names the types that were rejected or not sent',
  },
};

/** The flag that says what failed: not one that only goes with others, where there is another. */
export function decisiveFlag(flags: readonly string[]): string | undefined {
  return flags.find((flag) => flagInfo(flag)?.isSecondary !== true) ?? flags[0];
}

/** What a flag means; `undefined` for one that is not known. */
export function flagInfo(flag: string): FlagInfo | undefined {
  return Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
}
