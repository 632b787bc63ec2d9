import type { ConfigDump } from '../envoy/dump.ts';
import type { CommandContext } from './context.ts';
import { ENDPOINT_STATUS_FILTER } from './filter-words.ts';
import { integer, text } from './options.ts';

/** Filters of the commands that list endpoints. */
export const ENDPOINT_FILTERS = {
  address: text('--address <ip>', 'endpoints at this address'),
  port: integer('--port <number>', 'endpoints at this port', undefined, { min: 0, max: 65535 }),
  cluster: text('--cluster <name>', 'endpoints of the cluster of this whole name'),
  status: ENDPOINT_STATUS_FILTER,
} as const;

/** Says on stderr that a dump holds no endpoints, so that an empty table is not read as "no endpoints". */
export function noteMissingEds(dump: ConfigDump, context: CommandContext): void {
  if (dump.has('Endpoints')) return;
  context.gap({
    what: `endpoints of ${dump.label}`,
    why: 'the config_dump was taken without EDS',
    next: 'take it with /config_dump?include_eds, or read the clusters page',
  });
}
