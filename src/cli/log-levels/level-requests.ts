import type { PodRequest } from '../../sources/live-mesh.ts';
import { dataError, type MeshscopeError } from '../../util/errors.ts';
import { ENVOY_LEVELS, ISTIOD_LEVELS, type LevelVocabulary } from './level-words.ts';

/** A request that changes log levels. There is no other request of ours that changes anything. */
export type LevelWrite =
  | { readonly to: 'envoy'; readonly all: string }
  | { readonly to: 'envoy'; readonly loggers: readonly Named[] }
  /** `levels` as ztunnel takes them; with `reset` they are added to those that it was started with. */
  | { readonly to: 'ztunnel'; readonly levels: string; readonly reset: boolean }
  | { readonly to: 'istiod'; readonly scope: string; readonly values: ScopeValues };

interface Named {
  readonly logger: string;
  readonly level: string;
}

/** Everything that ControlZ keeps of a scope: what a write leaves out it may turn off. */
export interface ScopeValues {
  readonly outputLevel: string;
  /** Left out where the server has none. */
  readonly stackTraceLevel: string | undefined;
  readonly logCallers: boolean;
}

/** Characters that mean nothing in a query or a list of Envoy's. */
const PLAIN_NAME = /^[\w./-]+$/;
const ZTUNNEL_TEXT = /^[\w:=,.\-[\]{}" ]*$/;
/** The names that ControlZ accepts. */
const SCOPE_NAME = /^[\w -]+$/;

/** The request of a write, to a port of the pod. Throws a data error for a name or a level that could mean something else. */
export function levelRequest(write: LevelWrite, port: number): PodRequest {
  switch (write.to) {
    case 'envoy':
      return {
        port,
        method: 'POST',
        path: `/logging?${'all' in write ? envoyAll(write.all) : envoyNamed(write.loggers)}`,
      };
    case 'ztunnel': {
      if (!ZTUNNEL_TEXT.test(write.levels)) throw notAllowed(write.levels);
      const level = write.levels === '' ? [] : [`level=${encodeURIComponent(write.levels)}`];
      return {
        port,
        method: 'POST',
        path: `/logging?${[...level, ...(write.reset ? ['reset'] : [])].join('&')}`,
      };
    }
    case 'istiod': {
      const { outputLevel, stackTraceLevel, logCallers } = write.values;
      if (!SCOPE_NAME.test(write.scope)) throw notAllowed(write.scope);
      const body = {
        name: write.scope,
        output_level: known(ISTIOD_LEVELS, outputLevel),
        ...(stackTraceLevel === undefined
          ? {}
          : { stack_trace_level: known(ISTIOD_LEVELS, stackTraceLevel) }),
        log_callers: logCallers,
      };
      return {
        port,
        method: 'PUT',
        path: `/scopej/${encodeURIComponent(write.scope)}`,
        body: JSON.stringify(body),
        contentType: 'application/json',
      };
    }
  }
}

/** The status with which a server says that it took the request. */
export function acceptedStatus(write: LevelWrite): number {
  return write.to === 'istiod' ? 202 : 200;
}

/** The request in words, as `--dry-run` shows it. */
export function requestText({ method, path, body }: PodRequest): string {
  return body === undefined ? `${method} ${path}` : `${method} ${path} ${body}`;
}

function envoyAll(level: string): string {
  return `level=${known(ENVOY_LEVELS, level)}`;
}

/** One logger in the oldest form of the request; several in one, so that they change together. */
function envoyNamed(loggers: readonly Named[]): string {
  for (const { logger } of loggers) if (!PLAIN_NAME.test(logger)) throw notAllowed(logger);
  const [only] = loggers;
  if (loggers.length === 1 && only && only.logger !== 'level' && only.logger !== 'paths')
    return `${only.logger}=${known(ENVOY_LEVELS, only.level)}`;
  return `paths=${loggers.map(({ logger, level }) => `${logger}:${known(ENVOY_LEVELS, level)}`).join(',')}`;
}

function known({ levels }: LevelVocabulary, level: string): string {
  if (!levels.includes(level)) throw notAllowed(level);
  return level;
}

function notAllowed(text: string): MeshscopeError {
  return dataError(`"${text}" may not stand in a request that changes log levels`);
}
