import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { longName, type OptionTable, text } from './options.ts';

/** `--direction` of the commands that list clusters: what the name of a cluster begins with. */
export const DIRECTION_FILTER = text(
  '--direction <word>',
  'clusters of this direction: inbound or outbound',
  {
    words: ['inbound', 'outbound', 'inbound-vip'],
  },
);

/** `--type` of the commands that list listeners. */
export const LISTENER_TYPE_FILTER = text('--type <type>', 'listeners: HTTP, TCP, HTTP+TCP or UNKNOWN', {
  words: ['HTTP', 'TCP', 'HTTP+TCP', 'UNKNOWN'],
});

/** `--status` of the commands that list endpoints. */
export const ENDPOINT_STATUS_FILTER = text(
  '--status <status>',
  'healthy, unhealthy, draining, timeout, degraded or unknown',
  { words: ['healthy', 'unhealthy', 'draining', 'timeout', 'degraded', 'unknown'] },
);

/**
 * The options with each word in its usual case. Throws a usage error for a word that can match nothing, so that a
 * misspelt filter is not read as "there is none".
 */
export function withKnownWords(
  table: OptionTable,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const known = { ...options };
  for (const [name, spec] of Object.entries(table)) {
    const value = options[name];
    if (spec.words === undefined || typeof value !== 'string' || value === '') continue;
    const word = spec.words.find((one) => one.toLowerCase() === value.toLowerCase());
    if (word === undefined) {
      const near = nearest(value, spec.words);
      throw usageError(`--${longName(spec)}: "${value}" is not supported`, {
        lines: near.length > 0 ? [['near', near.join(', ')]] : [],
        hint: `--${longName(spec)} takes ${spec.words.join(', ')}`,
      });
    }
    known[name] = word;
  }
  return known;
}
