import { FLAGS } from '../../mesh/access-log/flags.ts';
import { usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';
import type { Call } from './call.ts';

/** Which calls are asked for; an empty list or absent value asks for all. */
export interface CallFilter {
  /** `5xx`, `503`, `>=400`, `0`. */
  readonly status: readonly string[];
  readonly flags: readonly string[];
  /** A part of the path. */
  readonly path: string | undefined;
  readonly requestId: string | undefined;
}

const STATUS = /^(?:(\d{1,3})|([1-5])xx|(>=|<=|>|<)(\d{1,3}))$/i;

/** Throws a usage error for a status or flag that can match nothing. */
export function checkFilter({ status, flags }: CallFilter): void {
  for (const text of status) {
    if (STATUS.test(text)) continue;
    throw usageError(`--status: "${text}" is no status`, { hint: 'write 503, 5xx or >=400' });
  }
  for (const flag of flags) {
    if (Object.hasOwn(FLAGS, flag.toUpperCase())) continue;
    const near = nearest(flag.toUpperCase(), Object.keys(FLAGS));
    throw usageError(`--flags: "${flag}" is no response flag`, {
      lines: [['near', (near.length > 0 ? near : ['UH', 'UF', 'NR']).join(', ')]],
    });
  }
}

/** Whether a call is asked for; a line of either end counts for status and flags. */
export function matchesFilter(call: Call, filter: CallFilter): boolean {
  const lines = [...(call.client ? [call.client] : []), ...call.servers];
  const { status, flags, path, requestId } = filter;
  if (status.length > 0 && !lines.some(({ entry }) => status.some((text) => isStatus(entry.code, text))))
    return false;
  const wanted = new Set(flags.map((flag) => flag.toUpperCase()));
  if (wanted.size > 0 && !lines.some(({ entry }) => entry.flags.some((flag) => wanted.has(flag))))
    return false;
  if (path !== undefined && !lines.some(({ entry }) => entry.path?.includes(path) === true)) return false;
  return requestId === undefined || lines.some(({ entry }) => entry.requestId === requestId);
}

function isStatus(code: number, text: string): boolean {
  const [, exact, group, operator, bound] = STATUS.exec(text) ?? [];
  if (exact !== undefined) return code === Number(exact);
  if (group !== undefined) return Math.floor(code / 100) === Number(group);
  const limit = Number(bound);
  if (operator === '>=') return code >= limit;
  if (operator === '<=') return code <= limit;
  return operator === '>' ? code > limit : code < limit;
}
