import { dirname, relative, resolve } from 'node:path';
import type { FieldPath } from '../analysis/finding.ts';
import type { Level } from '../analysis/message.ts';
import type { Profile } from '../analysis/profile.ts';
import { checkShape } from '../analysis/settings/check-shape.ts';
import { isSetting, SETTINGS } from '../analysis/settings/table.ts';
import { LineIndex } from '../config/yaml/line-index.ts';
import { FieldFinder } from '../config/yaml/locate.ts';
import { dataError } from '../util/errors.ts';
import { asObject, asString, asStrings } from '../util/json.ts';
import { type ReadConfigFile, readConfigFile } from './config-file.ts';
import type { CommandContext } from './context.ts';

/** What the command line says; absent where it says nothing. */
export interface ChosenSettings {
  readonly profile: string | undefined;
  readonly failureThreshold: string | undefined;
  readonly outputThreshold: string | undefined;
  readonly plugin: readonly string[];
  readonly rules: readonly string[];
}

/** An analyzer of others as it was named, and the folder that a relative path starts from. */
export interface PluginName {
  readonly name: string;
  readonly folder: string;
}

/** How an analysis judges, from the command line and the configuration file. */
export interface AnalysisSettings {
  readonly profile: Profile;
  readonly severity: ReadonlyMap<string, Level | 'off'>;
  readonly failureThreshold: Level;
  readonly outputThreshold: Level;
  readonly ignore: readonly string[];
  /** Paths, relative to the current folder or absolute. */
  readonly rules: readonly string[];
  readonly plugins: readonly PluginName[];
  /** The file was found by itself, and a gate was chosen on the command line: the file may not weaken it. */
  readonly onlyRaises: boolean;
  /** The file, as messages call it; `undefined` without one. */
  readonly file: string | undefined;
  /** What the file says and is not followed, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads the settings of an analysis: the command line first, then the configuration file, checked. Throws exit 65 with
 * file:line:column for what is wrong in the file.
 */
export async function analysisSettings(
  { globals, io }: Pick<CommandContext, 'globals' | 'io'>,
  chosen: ChosenSettings,
): Promise<AnalysisSettings> {
  const file = await readConfigFile(globals.config, io);
  if (file !== undefined) checkSettings(file);
  const written = file?.mapping ?? {};
  const folder = file === undefined ? io.cwd : dirname(resolve(io.cwd, file.name));
  const trust = trusted(file, written, chosen.failureThreshold);
  const here = (path: string): string => {
    const full = resolve(folder, path);
    const shown = relative(io.cwd, full);
    return shown.startsWith('..') ? full : shown || '.';
  };
  return {
    profile: (chosen.profile ?? trust.profile ?? 'default') as Profile,
    severity: severities(written['severity']),
    failureThreshold: (chosen.failureThreshold ?? asString(written['failureThreshold']) ?? 'error') as Level,
    outputThreshold: (chosen.outputThreshold ?? asString(written['outputThreshold']) ?? 'info') as Level,
    ignore: trust.ignore,
    rules: [...new Set([...chosen.rules, ...asStrings(written['rules']).map(here)])],
    plugins: [
      ...chosen.plugin.map((name) => ({ name, folder: io.cwd })),
      ...trust.plugins.map((name) => ({ name, folder })),
    ],
    onlyRaises: trust.onlyRaises,
    file: file?.name,
    notes: trust.notes,
  };
}

/** What of a file is followed: all of one that was named; of one that was found by itself nothing that loads code or weakens. */
function trusted(
  file: ReadConfigFile | undefined,
  written: Readonly<Record<string, unknown>>,
  gate: string | undefined,
) {
  const profile = asString(written['profile']);
  const ignore = asStrings(written['ignore']);
  const plugins = asStrings(written['plugins']);
  if (file?.found !== true) return { profile, ignore, plugins, onlyRaises: false, notes: [] };
  const onlyRaises = gate !== undefined;
  const hides = onlyRaises && gate === 'info' && profile === 'ci';
  const named = (key: string, count: number): string[] => (onlyRaises && count > 0 ? [key] : []);
  const held = [...(hides ? ['profile'] : []), ...named('ignore', ignore.length)];
  const notes: string[] = [];
  const next = `--config ${file.name} follows it`;
  if (held.length > 0) notes.push(`${heldText(file.name, held.join(' and '))}; ${next}`);
  if (plugins.length > 0)
    notes.push(
      `${file.name} names plugins (${plugins.join(', ')}), which are not loaded: a file that was found by itself loads no code; --config ${file.name} loads them`,
    );
  return {
    profile: hides ? undefined : profile,
    ignore: onlyRaises ? [] : ignore,
    plugins: [],
    onlyRaises,
    notes,
  };
}

/** The sentence for what a found file says and is not followed because of a gate of the command line. */
export function heldText(file: string, what: string): string {
  return `${file} would weaken --failure-threshold (${what}), and was found by itself: that is not followed`;
}

/** Options that a found file sets and that would leave things out of what a gate of the command line judges. */
const NARROWING = ['namespace', 'revision'] as const;

/** The context without what a found file narrows, where a gate was chosen on the command line; and what that is. */
export function unnarrowed(
  context: CommandContext,
  { onlyRaises }: Pick<AnalysisSettings, 'onlyRaises'>,
): { readonly context: CommandContext; readonly dropped: readonly string[] } {
  const dropped = onlyRaises ? NARROWING.filter((name) => context.fromFoundFile.has(name)) : [];
  const none = Object.fromEntries(dropped.map((name) => [name, undefined]));
  return { context: { ...context, globals: { ...context.globals, ...none } }, dropped };
}

function severities(value: unknown): ReadonlyMap<string, Level | 'off'> {
  return new Map(
    Object.entries(asObject(value) ?? {}).map(([code, level]) => [
      code,
      level === false ? 'off' : (level as Level | 'off'),
    ]),
  );
}

/** Checks the settings in a file. Throws exit 65 with file:line:column. */
export function checkSettings({ name, text, mapping }: ReadConfigFile): void {
  for (const [key, value] of Object.entries(mapping)) {
    // A key without a value sets nothing.
    if (!isSetting(key) || value === null) continue;
    const [problem] = checkShape(SETTINGS[key].shape, value, [key]);
    if (problem === undefined) continue;
    throw dataError(`${name}:${position(text, problem.path)}: ${pathOf(problem.path)}: ${problem.message}`, {
      lines: problem.near.length === 0 ? [] : [['near', problem.near.join(', ')]],
      hint: 'docs/configuration.md describes every key',
    });
  }
}

function pathOf(path: FieldPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function position(text: string, path: FieldPath): string {
  const { value } = new FieldFinder(text).find(path);
  const { line, column } = new LineIndex(text).at(value);
  return `${line}:${column}`;
}
