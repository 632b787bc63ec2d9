/** One end of a call as a ztunnel names it. */
export interface WorkloadEnd {
  readonly address: string;
  readonly workload?: string | undefined;
  readonly namespace?: string | undefined;
  readonly identity?: string | undefined;
  /** Host name of the Service that was called; of the destination alone. */
  readonly service?: string | undefined;
}

/**
 * One line of an access log. A field that the proxy wrote as `-` is absent. Durations are in ms, sizes in bytes; an
 * address is `ip:port`.
 */
export interface AccessEntry {
  readonly proxy: 'envoy' | 'ztunnel';
  /** When the request began (of a ztunnel: when the connection ended), as it was written. */
  readonly time: string;
  /** The same in ms since the epoch. */
  readonly at: number;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly protocol?: string | undefined;
  /** HTTP status; 0 where no answer was sent, and of TCP connections. */
  readonly code: number;
  /** Response flags such as `UH`; empty for none. */
  readonly flags: readonly string[];
  /** `response_code_details`: who decided the answer, in Envoy's words. */
  readonly details?: string | undefined;
  /** Why a connection was ended, in Envoy's words. */
  readonly termination?: string | undefined;
  /** Why TLS or the connection to the upstream failed, in Envoy's words. */
  readonly transportFailure?: string | undefined;
  readonly bytesReceived?: number | undefined;
  readonly bytesSent?: number | undefined;
  readonly duration?: number | undefined;
  readonly forwardedFor?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly requestId?: string | undefined;
  readonly authority?: string | undefined;
  readonly upstreamHost?: string | undefined;
  readonly upstreamCluster?: string | undefined;
  readonly upstreamLocal?: string | undefined;
  readonly downstreamLocal?: string | undefined;
  readonly downstreamRemote?: string | undefined;
  readonly serverName?: string | undefined;
  readonly route?: string | undefined;
  /** Of a ztunnel: why the connection failed, in its words. */
  readonly error?: string | undefined;
  /** Of a ztunnel: which way the connection went, seen from the workload. */
  readonly direction?: 'inbound' | 'outbound' | undefined;
  readonly source?: WorkloadEnd | undefined;
  readonly destination?: WorkloadEnd | undefined;
}

/** What one line of a proxy's log is: an access, a word of the proxy itself, or an access in a form of its own. */
export type LogLine =
  | { readonly kind: 'access'; readonly entry: AccessEntry }
  | { readonly kind: 'own'; readonly text: string }
  | { readonly kind: 'other-format'; readonly text: string };

/** A field that Envoy writes as `-` when there is nothing to write. */
export function written(text: string | undefined): string | undefined {
  return text === undefined || text === '-' || text === '' ? undefined : text;
}

/** A whole number that was written out; `undefined` for `-`. */
export function writtenNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The flags of `UF,URX`; none for `-`. */
export function flagList(text: string | undefined): readonly string[] {
  return (
    written(text)
      ?.split(',')
      .filter((flag) => flag !== '') ?? []
  );
}
