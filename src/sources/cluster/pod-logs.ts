import type { LogQuery } from '../source.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure, toCallFailure } from './call-failure.ts';
import { pathSegment, podPath } from './kube-name.ts';

/** The log of a container, as the API server hands it out. Throws `CallFailure`. */
export async function podLog(api: ApiServer, query: LogQuery): Promise<Buffer> {
  try {
    return await api.getBytes(logPath(query), '*/*');
  } catch (cause) {
    const failure = toCallFailure(cause);
    // An unknown container, and a previous run that there was not, are "bad requests" to the API server.
    if (failure.status !== 400) throw failure;
    throw new CallFailure('NotFound', failure.message, { status: 400 });
  }
}

/** The log of a container and what is added to it, until `signal` or the end of the container. Throws `CallFailure`. */
export function followPodLog(api: ApiServer, query: LogQuery, signal: AbortSignal): AsyncGenerator<Buffer> {
  return api.stream(`${logPath(query)}&follow=true`, signal);
}

function logPath(query: LogQuery): string {
  const parameters = new URLSearchParams({ container: pathSegment(query.container) });
  if (query.previous === true) parameters.set('previous', 'true');
  if (query.tailLines !== undefined) parameters.set('tailLines', String(query.tailLines));
  if (query.sinceSeconds !== undefined) parameters.set('sinceSeconds', String(query.sinceSeconds));
  return `${podPath(query.pod)}/log?${parameters}`;
}
