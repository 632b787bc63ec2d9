import { type CommandTable, type Found, findByWords } from './command-table.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { longName, type OptionSpec, type OptionTable, shortName, takesValue } from './options.ts';

/** The command line split in two: which command, and the other tokens in their order. */
export interface SplitCommandLine {
  readonly found: Found | undefined;
  readonly rest: readonly string[];
  /** The first word that is not an option, whether or not it names a command. */
  readonly firstWord: string | undefined;
  /** The word behind those that name a command or a parent. */
  readonly nextWord: string | undefined;
}

/** Hidden words in front of a command that older scripts still use. */
const EXPERIMENTAL_PREFIXES: ReadonlySet<string> = new Set(['x', 'experimental', 'exp']);

/**
 * Finds the command's words in `argv` (options of every command may stand before and between them) and takes them
 * out, together with a leading `x` or `experimental`.
 */
export function splitCommandLine(table: CommandTable, argv: readonly string[]): SplitCommandLine {
  const positions = wordPositions(argv);
  const words = positions.map((position) => argv[position] ?? '');
  const skip =
    EXPERIMENTAL_PREFIXES.has(words[0] ?? '') && findByWords(table, words.slice(0, 1)) === undefined ? 1 : 0;
  const named = words.slice(skip);
  const [firstWord] = named;
  let found: Found | undefined;
  let depth = 0;
  while (depth < named.length) {
    const next = findByWords(table, named.slice(0, depth + 1));
    if (next === undefined) break;
    found = next;
    depth++;
  }
  const taken = skip + depth;
  const removed = new Set(positions.slice(0, taken));
  return { found, firstWord, nextWord: named[depth], rest: argv.filter((_, index) => !removed.has(index)) };
}

/** Positions of the words of a command line: tokens that are not options or their values, as far as the global options tell; up to `--`. */
export function wordPositions(argv: readonly string[]): number[] {
  const valued = new Set<string>();
  for (const spec of [...Object.values(GLOBAL_OPTIONS), OUTPUT_FLAGS]) {
    if (!takesValue(spec)) continue;
    for (const name of longNames(spec)) valued.add(`--${name}`);
    const short = shortName(spec);
    if (short !== undefined) valued.add(`-${short}`);
  }
  const positions: number[] = [];
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? '';
    if (token === '--') break;
    if (!token.startsWith('-') || token === '-') positions.push(index);
    else if (valued.has(token)) index++;
  }
  return positions;
}

function longNames(spec: OptionSpec<unknown>): readonly string[] {
  return [longName(spec), ...(spec.also ?? [])];
}

/** Puts the one long flag of an option in the place of its other spellings. Tokens after `--` stay as they are. */
export function withMainNames(argv: readonly string[], table: OptionTable): string[] {
  const names = new Map(
    Object.values(table).flatMap((spec) =>
      (spec.also ?? []).map((other) => [other, longName(spec)] as const),
    ),
  );
  const end = argv.indexOf('--');
  return argv.map((token, index) => {
    if (end >= 0 && index > end) return token;
    const [, other = '', value = ''] = /^--([a-zA-Z][\w-]*)(=.*)?$/s.exec(token) ?? [];
    const name = names.get(other);
    return name === undefined ? token : `--${name}${value}`;
  });
}

const OUTPUT_FLAGS = {
  flags: '-o, --output <format>',
  description: '',
  kind: 'text',
  default: undefined,
} as const;

/**
 * Rewrites what other flag parsers accept and commander does not: `--switch=true|false` of a boolean becomes
 * `--switch` / `--no-switch`, and `-v=1` becomes `-v 1`. Tokens after `--` stay as they are.
 */
export function normaliseFlags(argv: readonly string[], booleans: ReadonlySet<string>): string[] {
  const out: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? '';
    if (token === '--') return [...out, ...argv.slice(index)];
    const long = /^--([a-zA-Z][\w-]*)=(.*)$/s.exec(token);
    const short = /^-([a-zA-Z])=(.*)$/s.exec(token);
    const value = long?.[2]?.toLowerCase() ?? '';
    if (long?.[1] !== undefined && booleans.has(long[1]) && /^(true|t|1|false|f|0)$/.test(value)) {
      out.push(/^(true|t|1)$/.test(value) ? `--${long[1]}` : `--no-${long[1]}`);
    } else if (short?.[1] !== undefined) {
      out.push(`-${short[1]}`, short[2] ?? '');
    } else {
      out.push(token);
    }
  }
  return out;
}
