import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';

/** Statuses of a server, or of something before it, that does not let this kind of connection through. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 405, 426, 501]);

/**
 * Opens a connection into a pod by WebSocket and, where that is refused, by SPDY. A WebSocket is a GET, which asks for
 * the verb `get`; many roles allow `create` on pods/portforward alone, which SPDY's POST needs. What has worked is used
 * from then on.
 */
export async function byEitherProtocol<T>(
  api: ApiServer,
  bySocket: () => Promise<T>,
  bySpdy: () => Promise<T>,
): Promise<T> {
  if (api.spdyFirst) return bySpdy();
  try {
    return await bySocket();
  } catch (cause) {
    if (!(cause instanceof CallFailure) || cause.status === undefined || !REFUSALS.has(cause.status))
      throw cause;
    const opened = await bySpdy();
    api.spdyFirst = true;
    return opened;
  }
}
