import { dirname, relative, resolve } from 'node:path';
import type { Level } from '../analysis/message.ts';
import type { Profile } from '../analysis/profile.ts';
import type { Suppression } from '../analysis/suppression.ts';
import { asObject, asObjects, asString, asStrings } from '../util/json.ts';
import { checkSettings } from './check-settings.ts';
import type { CommandContext } from './context.ts';
import { fileSuppressions } from './suppression-file.ts';

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
  /** Those of the file. */
  readonly suppressions: readonly Suppression[];
  /** The file was found by itself, and a gate was chosen on the command line: the file may not weaken it. */
  readonly onlyRaises: boolean;
  /** The keys of such a file that are not followed, since they would leave things out of what the gate judges. */
  readonly held: readonly Weakening[];
  /** Plugins of a found file: it loads no code. */
  readonly notLoaded: readonly string[];
  /** The file, as messages call it; `undefined` without one. */
  readonly file: string | undefined;
}

/**
 * The settings of an analysis: the command line first, then the configuration file, checked. Throws exit 65 with
 * file:line:column for what is wrong in the file.
 */
export function analysisSettings(
  { configFile: file, fromFoundFile, io }: Pick<CommandContext, 'configFile' | 'fromFoundFile' | 'io'>,
  chosen: ChosenSettings,
): AnalysisSettings {
  if (file !== undefined) checkSettings(file);
  const written = file?.mapping ?? {};
  const folder = file === undefined ? io.cwd : dirname(resolve(io.cwd, file.name));
  const isFound = file?.found === true;
  const gate = isFound ? chosen.failureThreshold : undefined;
  const held = gate === undefined ? [] : weakening(written, fromFoundFile, gate);
  const follow = <T>(key: Weakening, value: T): T | undefined => (held.includes(key) ? undefined : value);
  const plugins = asStrings(written['plugins']);
  const here = (path: string): string => {
    const full = resolve(folder, path);
    const shown = relative(io.cwd, full);
    return shown.startsWith('..') ? full : shown || '.';
  };
  return {
    profile: (chosen.profile ?? follow('profile', asString(written['profile'])) ?? 'default') as Profile,
    severity: severities(written['severity']),
    failureThreshold: (chosen.failureThreshold ?? asString(written['failureThreshold']) ?? 'error') as Level,
    outputThreshold: (chosen.outputThreshold ?? asString(written['outputThreshold']) ?? 'info') as Level,
    ignore: follow('ignore', asStrings(written['ignore'])) ?? [],
    suppressions: (file && follow('suppress', fileSuppressions(file))) ?? [],
    rules: [...new Set([...chosen.rules, ...asStrings(written['rules']).map(here)])],
    plugins: [
      ...chosen.plugin.map((name) => ({ name, folder: io.cwd })),
      ...(isFound ? [] : plugins.map((name) => ({ name, folder }))),
    ],
    onlyRaises: gate !== undefined,
    held,
    notLoaded: isFound ? plugins : [],
    file: file?.name,
  };
}

/** Options of every command that leave things out of what is judged. */
const NARROWING = ['namespace', 'revision'] as const;

type Weakening = 'profile' | 'ignore' | 'suppress' | (typeof NARROWING)[number];

/** What a file says that would leave things out of what a gate judges; of levels the judge knows. */
function weakening(
  { profile, ignore, suppress }: Readonly<Record<string, unknown>>,
  fromFoundFile: ReadonlySet<string>,
  gate: string,
): readonly Weakening[] {
  const weakens: Readonly<Record<Weakening, boolean>> = {
    profile: gate === 'info' && profile === 'ci',
    ignore: asStrings(ignore).length > 0,
    suppress: asObjects(suppress).length > 0,
    namespace: fromFoundFile.has('namespace'),
    revision: fromFoundFile.has('revision'),
  };
  return (Object.keys(weakens) as Weakening[]).filter((key) => weakens[key]);
}

/** The context without the options of a found file that are not followed. */
export function unnarrowed(
  context: CommandContext,
  { held }: Pick<AnalysisSettings, 'held'>,
): CommandContext {
  const dropped = NARROWING.filter((name) => held.includes(name));
  const none = Object.fromEntries(dropped.map((name) => [name, undefined]));
  return { ...context, globals: { ...context.globals, ...none } };
}

function severities(value: unknown): ReadonlyMap<string, Level | 'off'> {
  return new Map(
    Object.entries(asObject(value) ?? {}).map(([code, level]) => [
      code,
      level === false ? 'off' : (level as Level | 'off'),
    ]),
  );
}
