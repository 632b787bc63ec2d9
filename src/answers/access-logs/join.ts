import type { AccessLine } from './line.ts';

/** How the lines of the two ends of a call were found to belong together. */
export type JoinedBy = 'request-id' | 'connection' | 'time';

/** One request or connection: what each end wrote of it. A retried request has several lines of the called end. */
export interface JoinedCall {
  readonly client: AccessLine | undefined;
  readonly servers: readonly AccessLine[];
  /** Absent where only one end wrote a line. */
  readonly joinedBy: JoinedBy | undefined;
}

/** Clocks of two nodes may differ by this many ms. */
const SKEW = 1_000;

/**
 * Puts the lines of the calling and the called end together: by request ID; where the called end has none by the
 * addresses of the connection; else by time, path and authority. In the order of the calls.
 */
export function joinCalls(clients: readonly AccessLine[], servers: readonly AccessLine[]): JoinedCall[] {
  const index = new ClientIndex(clients);
  const found = new Map<AccessLine, { servers: AccessLine[]; by: JoinedBy }>();
  const alone: JoinedCall[] = [];
  for (const server of servers) {
    const match = index.find(server);
    if (match === undefined) {
      alone.push({ client: undefined, servers: [server], joinedBy: undefined });
      continue;
    }
    const known = found.get(match.client);
    if (known === undefined) found.set(match.client, { servers: [server], by: match.by });
    else known.servers.push(server);
  }
  const calls = clients.map((client): JoinedCall => {
    const match = found.get(client);
    return { client, servers: match?.servers ?? [], joinedBy: match?.by };
  });
  return [...calls, ...alone].sort((a, b) => startOf(a) - startOf(b));
}

/** When a call began, in ms since the epoch. */
export function startOf({ client, servers }: Pick<JoinedCall, 'client' | 'servers'>): number {
  return (client ?? servers[0])?.entry.at ?? 0;
}

/** The lines of the calling end, by what the called end can know of them. */
class ClientIndex {
  readonly #byId = new Map<string, AccessLine[]>();
  readonly #byConnection = new Map<string, AccessLine[]>();
  readonly #byRequest = new Map<string, AccessLine[]>();

  constructor(clients: readonly AccessLine[]) {
    for (const line of clients) {
      const { requestId, upstreamLocal } = line.entry;
      if (requestId !== undefined) add(this.#byId, requestId, line);
      if (upstreamLocal !== undefined) add(this.#byConnection, upstreamLocal, line);
      add(this.#byRequest, requestKey(line), line);
    }
  }

  find(server: AccessLine): { client: AccessLine; by: JoinedBy } | undefined {
    const { requestId, downstreamRemote } = server.entry;
    if (requestId !== undefined) {
      const client = best(this.#byId.get(requestId) ?? [], server, true);
      return client && { client, by: 'request-id' };
    }
    const connected = this.#byConnection.get(downstreamRemote ?? '') ?? [];
    const client = server.entry.proxy === 'envoy' ? best(connected, server, false) : undefined;
    if (client !== undefined) return { client, by: 'connection' };
    const near = best(this.#byRequest.get(requestKey(server)) ?? [], server, false);
    return near && { client: near, by: 'time' };
  }
}

/** What both ends write alike where there is no ID. */
function requestKey({ entry }: AccessLine): string {
  if (entry.proxy === 'ztunnel') {
    const { source, destination } = entry;
    return ['ztunnel', source?.workload ?? '', source?.namespace ?? '', destination?.address ?? ''].join(' ');
  }
  return [
    'envoy',
    entry.method ?? '',
    entry.path ?? '',
    entry.authority ?? '',
    entry.upstreamHost ?? '',
  ].join(' ');
}

/** Of the candidates at whose time the server's line fits, the one of the same connection, else the nearest. */
function best(
  candidates: readonly AccessLine[],
  server: AccessLine,
  isCertain: boolean,
): AccessLine | undefined {
  const fitting = candidates.filter((client) => fits(client, server));
  const possible = fitting.length === 0 && isCertain ? candidates : fitting;
  const distance = (client: AccessLine): number =>
    Math.abs(client.entry.at - server.entry.at) + (isSameConnection(client, server) ? 0 : SKEW);
  return [...possible].sort((a, b) => distance(a) - distance(b))[0];
}

function isSameConnection(client: AccessLine, server: AccessLine): boolean {
  const { upstreamLocal } = client.entry;
  return upstreamLocal !== undefined && upstreamLocal === server.entry.downstreamRemote;
}

function fits(client: AccessLine, server: AccessLine): boolean {
  const { at, duration = 0, proxy } = client.entry;
  // A ztunnel writes when the connection ends, at both ends.
  if (proxy === 'ztunnel') return Math.abs(server.entry.at - at) <= SKEW;
  return server.entry.at >= at - SKEW && server.entry.at <= at + duration + SKEW;
}

function add(index: Map<string, AccessLine[]>, key: string, line: AccessLine): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [line]);
  else known.push(line);
}
