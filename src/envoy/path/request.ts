/** One request (or connection) as it reaches a proxy: what listeners, chains and routes match on. */
export interface PathRequest {
  /** Host that the client asked for: a name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** Destination address, when it is known: the host itself, or what the dump tells of it. */
  readonly ip: string | undefined;
  /** `Host` header, lower case. */
  readonly authority: string;
  readonly path: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly tls: boolean;
  readonly sni: string | undefined;
  /** What the client offers, or what the proxy would detect on plaintext (`http/1.1`); empty for other protocols. */
  readonly protocols: readonly string[];
  readonly inbound: boolean;
  /** SPIFFE ID of the caller without its scheme; empty for a caller without mTLS, absent when it is not known. */
  readonly principal?: string | undefined;
}

/** A header by name, with Envoy's pseudo headers (`:method`, `:path`, `:authority`); `undefined` when not sent. */
export function headerValue(request: PathRequest, name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === ':method') return request.method;
  if (lower === ':path') return request.path;
  if (lower === ':authority' || lower === 'host') return request.authority;
  if (lower === ':scheme') return request.tls ? 'https' : 'http';
  return request.headers.get(lower);
}

/** The path without its query. */
export function barePath(request: PathRequest): string {
  const query = request.path.search(/[?#]/);
  return query < 0 ? request.path : request.path.slice(0, query);
}
