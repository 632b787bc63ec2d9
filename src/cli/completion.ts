import type { ArgumentSpec } from './command.ts';
import { splitCommandLine } from './command-line.ts';
import { type AnyCommand, type CommandTable, childrenOf, formatsOf, lastWord } from './command-table.ts';
import { SHELLS } from './completion-scripts.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { longName, type OptionSpec, type OptionTable, shortName, takesValue } from './options.ts';

/** Names that live in the mesh; each is asked for only when it is completed. Never rejects. */
export interface LiveNames {
  /** `pod.namespace` of every proxy. */
  proxies(): Promise<readonly string[]>;
  namespaces(): Promise<readonly string[]>;
  /** `name.namespace` of every Service. */
  services(): Promise<readonly string[]>;
  /** `deploy/name.namespace` of every Deployment whose pods hold proxies. */
  deployments(): Promise<readonly string[]>;
  /** Codes of findings. */
  codes(): Promise<readonly string[]>;
  /** Names of analyzers. */
  analyzers(): Promise<readonly string[]>;
  /** `kind/name.namespace` of every object whose kind begins with, or is, what was typed of it. */
  objects(typed: string): Promise<readonly string[]>;
}

/** What completes a word: candidates, or a request that the shell completes file names. */
export interface Completion {
  readonly words: readonly string[];
  readonly files: boolean;
}

const DEMOS = ['demo', 'demo-ambient'];
const DEPLOYMENT = 'deploy/';
const NOTHING: Completion = { words: [], files: false };
const FILES: Completion = { words: [], files: true };
/** Options whose value is a file or a folder, by their placeholder or, where that has other meanings, too, by name. */
const FILE_PLACEHOLDER = /<(?:archive|chart|file|folder|source)>/;
const FILE_OPTIONS: ReadonlySet<string> = new Set(['crds', 'file', 'filename', 'rules']);

/**
 * What can stand in place of the last of `words` (the command line behind `meshscope`, up to the cursor; the last
 * one may be empty).
 */
export async function complete(
  table: CommandTable,
  words: readonly string[],
  live: LiveNames,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { found } = splitCommandLine(table, before);
  if (before.includes('--')) return NOTHING;
  const command = found?.kind === 'command' ? (await found.entry.load()).command : undefined;
  const options = optionsOf(command);
  const pending = pendingValue(options, before.at(-1), current);
  if (pending !== undefined) return completeValue(pending, live);
  if (current.startsWith('-')) return startingWith(current, flagsOf(options));
  if (found?.kind === 'parent') {
    return startingWith(current, visible(childrenOf(table, found.parent)).map(lastWord));
  }
  if (found !== undefined && command?.args.length === 0) {
    const below = visible(childrenOf(table, found.entry)).map(lastWord);
    if (below.length > 0) return startingWith(current, below);
  }
  if (command !== undefined) return completeArgument(command, table, before, current, live);
  return startingWith(current, topWords(table));
}

function topWords(table: CommandTable): readonly string[] {
  const commands = visible(table.commands).filter(({ name }) => !name.includes(' '));
  const parents = table.parents.filter(({ name }) => !name.includes(' '));
  return [...parents.map(({ name }) => name), ...commands.map(({ name }) => name), 'help'];
}

function visible<E extends { readonly hidden?: boolean }>(entries: readonly E[]): readonly E[] {
  return entries.filter((entry) => !entry.hidden);
}

function startingWith(current: string, candidates: readonly string[]): Completion {
  const words = [...new Set(candidates)].filter((word) => word.startsWith(current));
  return { words: words.sort(), files: false };
}

/** The options that stand before a command is known are the global ones. */
function optionsOf(command: AnyCommand | undefined): OptionTable {
  if (command === undefined) return GLOBAL_OPTIONS;
  const formats = formatsOf(command);
  const output: OptionSpec<unknown> = {
    flags: '-o, --output <format>',
    description: '',
    kind: 'choice',
    choices: formats,
    default: formats[0],
  };
  return {
    ...GLOBAL_OPTIONS,
    ...(formats.length > 1 ? { output } : {}),
    ...(command.options as OptionTable),
  };
}

function flagsOf(options: OptionTable): readonly string[] {
  const shown = Object.values(options).filter((spec) => !spec.hidden);
  return [...shown.map((spec) => `--${longName(spec)}`), '--help'];
}

interface Pending {
  readonly spec: OptionSpec<unknown>;
  /** What is written of the value so far. */
  readonly typed: string;
  /** What stands in front of the value in the same word: `--output=`. */
  readonly prefix: string;
}

/** The option whose value the cursor is in: `--output js`, `-o js`, `--output=js`. */
function pendingValue(
  options: OptionTable,
  previous: string | undefined,
  current: string,
): Pending | undefined {
  const inline = /^(--[a-zA-Z][\w-]*=)(.*)$/s.exec(current);
  if (inline?.[1] !== undefined) {
    const spec = findOption(options, inline[1].slice(0, -1));
    return spec && { spec, typed: inline[2] ?? '', prefix: inline[1] };
  }
  const spec = previous === undefined ? undefined : findOption(options, previous);
  return spec && takesValue(spec) ? { spec, typed: current, prefix: '' } : undefined;
}

function findOption(options: OptionTable, word: string): OptionSpec<unknown> | undefined {
  return Object.values(options).find(
    (spec) =>
      word === `--${longName(spec)}` || (shortName(spec) !== undefined && word === `-${shortName(spec)}`),
  );
}

async function completeValue({ spec, typed, prefix }: Pending, live: LiveNames): Promise<Completion> {
  const name = longName(spec);
  const candidates =
    spec.kind === 'boolean'
      ? ['true', 'false']
      : (spec.choices ??
        spec.words ??
        (await namedValues(name, typed, live)) ??
        (FILE_PLACEHOLDER.test(spec.flags) || FILE_OPTIONS.has(name) ? undefined : []));
  // Shells complete either words or file names: the names that are no files come as soon as one is begun.
  const isDemo = name === 'from' && typed !== '' && DEMOS.some((demo) => demo.startsWith(typed));
  if (candidates === undefined && !isDemo) return FILES;
  return startingWith(
    prefix + typed,
    (candidates ?? DEMOS).map((word) => prefix + word),
  );
}

async function namedValues(
  name: string,
  typed: string,
  live: LiveNames,
): Promise<readonly string[] | undefined> {
  if (name === 'namespace' || name === 'istioNamespace') return live.namespaces();
  if (name === 'analyzer') return live.analyzers();
  return name === 'impact' || name === 'from-object' ? live.objects(typed) : undefined;
}

async function completeArgument(
  command: AnyCommand,
  table: CommandTable,
  before: readonly string[],
  current: string,
  live: LiveNames,
): Promise<Completion> {
  const given = positionals(command, splitCommandLine(table, before).rest);
  const last = command.args.at(-1);
  const argument: ArgumentSpec | undefined = command.args[given] ?? (last?.variadic ? last : undefined);
  if (argument?.words !== undefined) return startingWith(current, argument.words);
  if (argument?.completes === 'file') return FILES;
  if (argument?.completes === 'proxy') return completeProxy(current, live);
  if (argument?.completes === 'service') return startingWith(current, await live.services());
  if (argument?.completes === 'shell') return startingWith(current, SHELLS);
  if (argument?.completes === 'code') return startingWith(current, await live.codes());
  return argument === undefined ? startingWith(current, flagsOf(optionsOf(command))) : NOTHING;
}

/** Pods, and Deployments as soon as a slash or the beginning of their word asks for them. */
async function completeProxy(current: string, live: LiveNames): Promise<Completion> {
  const isDeployment = current !== '' && (DEPLOYMENT.startsWith(current) || current.startsWith(DEPLOYMENT));
  const deployments = isDeployment ? await live.deployments() : [];
  const pods = current.includes('/') ? [] : await live.proxies();
  return startingWith(current, [...pods, ...deployments]);
}

/** How many positional arguments stand among the tokens. */
function positionals(command: AnyCommand, tokens: readonly string[]): number {
  const options = optionsOf(command);
  let count = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (!token.startsWith('-') || token === '-') count++;
    else if (!token.includes('=') && takesNext(options, token)) index++;
  }
  return count;
}

function takesNext(options: OptionTable, token: string): boolean {
  const spec = findOption(options, token);
  return spec !== undefined && takesValue(spec);
}
