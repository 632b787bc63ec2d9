import type { LogQuery } from '../source.ts';
import type { ApiServer } from './api-server.ts';
import { podPath } from './port-stream.ts';

/** Which part of a container's log. */
export interface LogRange {
  /** Only the last lines. */
  readonly tailLines?: number | undefined;
  /** Only lines newer than this. */
  readonly sinceSeconds?: number | undefined;
}

/** The log of a container, as the API server hands it out. Throws `CallFailure`. */
export function podLog(api: ApiServer, query: LogQuery, range: LogRange = {}): Promise<Buffer> {
  const parameters = new URLSearchParams({ container: query.container });
  if (query.previous === true) parameters.set('previous', 'true');
  if (range.tailLines !== undefined) parameters.set('tailLines', String(range.tailLines));
  if (range.sinceSeconds !== undefined) parameters.set('sinceSeconds', String(range.sinceSeconds));
  return api.getBytes(`${podPath(query.pod)}/log?${parameters}`, '*/*');
}
