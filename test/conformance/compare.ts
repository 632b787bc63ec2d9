import { loadAll } from 'js-yaml';

/**
 * The format of an output: `json` and `yaml` are compared as data, everything else as text. Some commands print JSON
 * without being asked.
 */
export function formatOf(argv: readonly string[], stdout: string): 'json' | 'yaml' | 'text' {
  const at = argv.findIndex((word) => /^(-o|--output)$/.test(word));
  const inline = argv.find((word) => /^(-o=?|--output=)\w/.test(word))?.replace(/^(-o=?|--output=)/, '');
  const word = at < 0 ? inline : argv[at + 1];
  if (word === undefined && /^[{[]\n/.test(stdout)) return 'json';
  return word === 'json' || word === 'yaml' ? word : 'text';
}

/** The documents of a JSON or YAML output; text that is neither stays text, so that it still is compared. */
export function documents(text: string, format: 'json' | 'yaml'): unknown {
  if (format === 'yaml') return loadAll(text);
  return concatenated(text).map((part) => JSON.parse(part) as unknown);
}

/** The JSON texts that follow each other without a separator, as some commands of the reference print them. */
function concatenated(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    if (token !== '}' && token !== ']') continue;
    depth -= 1;
    if (depth !== 0) continue;
    parts.push(text.slice(start, index + 1));
    start = index + 1;
  }
  const rest = text.slice(start).trim();
  return rest === '' ? parts : [...parts, rest];
}

/** Ages differ between the moment of a live run and that of the recording: `SYNCED (45s)` becomes `SYNCED (AGE)`. */
export function withoutAges(text: string): string {
  return text.replace(/\((?:(?:\d+(?:y|d|h|m|s))+)\)/g, '(AGE)');
}

/** Columns are padded to their widest cell, ages included: runs of blanks count as one, those at an end as none. */
export function withoutPadding(text: string): string {
  return text.replace(/ {2,}/g, '  ').replace(/ +$/gm, '');
}

/** Fields that hold the moment or the traffic up to it: they differ between a live run and the recording. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['nonce', 'lastUpdated', 'stats', 'successRate']);

/**
 * Data of a live run without what belongs to its moment: times and counters go (a bootstrap's time of loading does
 * not change and stays), and lists whose order the reference leaves to chance are put in order: proxies by ID, and
 * endpoints as Envoy lists them (by cluster name, then address).
 */
export function withoutMoment(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMoment).sort(compareItems);
  if (typeof value !== 'object' || value === null) return value;
  const isBootstrap = 'bootstrap' in value;
  const kept = Object.entries(value).filter(([name]) => isBootstrap || !OF_THE_MOMENT.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutMoment(member)]));
}

function compareItems(a: unknown, b: unknown): number {
  const [first, second] = [a, b].map(orderKey);
  return first === undefined || second === undefined || first === second ? 0 : first < second ? -1 : 1;
}

/** The name by which items of those lists are told apart; other lists keep their order. */
function orderKey(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  if ('node' in item && 'genericXdsConfigs' in item) return JSON.stringify(item.node);
  if ('hostStatuses' in item && 'name' in item) return String(item.name);
  if ('healthStatus' in item && 'address' in item) return JSON.stringify(item.address);
  return undefined;
}
