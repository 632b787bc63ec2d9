import { nearest } from '../util/text.ts';
import { FORMAT_SYNONYMS, FORMATS } from './command.ts';
import { configFileValues, type ReadConfigFile, readConfigFile } from './config-file.ts';
import { GLOBAL_OPTIONS, type GlobalValues } from './global-options.ts';
import type { CliIo } from './io.ts';
import { parseOptionValue } from './option-value.ts';
import { choice, type OptionTable } from './options.ts';

/** What can be given a default: the options of every command, and `-o` of those that have several formats. */
export const TABLE: OptionTable = {
  ...GLOBAL_OPTIONS,
  output: choice('-o, --output <format>', '', FORMATS, undefined, { synonyms: FORMAT_SYNONYMS }),
};

/** The options of every command with their defaults, and what the surroundings say of `-o`. */
export interface Defaults {
  readonly globals: GlobalValues;
  readonly output: string | undefined;
  /** Sentences about variables that set nothing. */
  readonly notes: readonly string[];
  /** The configuration file, if there is one. */
  readonly configFile: ReadConfigFile | undefined;
  /** Options whose value is that of a configuration file that was found by itself. */
  readonly fromFoundFile: ReadonlySet<string>;
}

/**
 * Global options that were not on the command line, from MESHSCOPE_<OPTION> in the environment, then from the
 * configuration file. A file found by itself may not name other input (design: trust boundaries).
 */
export async function withDefaults(
  parsed: Record<string, unknown>,
  given: ReadonlySet<string>,
  io: CliIo,
): Promise<Defaults> {
  const values = { ...parsed };
  const fromEnv = environmentValues(io);
  const named = given.has('config') ? parsed['config'] : fromEnv['config'];
  const configFile = await readConfigFile(typeof named === 'string' ? named : undefined, io);
  const fromFile = await configFileValues(TABLE, configFile);
  const fromFoundFile = new Set<string>();
  for (const name of Object.keys(TABLE)) {
    if (given.has(name)) continue;
    const value = fromEnv[name] ?? fromFile[name];
    if (value === undefined) continue;
    values[name] = value;
    if (fromEnv[name] === undefined && configFile?.found === true) fromFoundFile.add(name);
  }
  const { output, ...globals } = values;
  return {
    globals: globals as GlobalValues,
    output: typeof output === 'string' ? output : undefined,
    notes: unknownVariables(io),
    configFile,
    fromFoundFile,
  };
}

/** The variable that sets an option: `MESHSCOPE_ISTIO_NAMESPACE` for `istioNamespace`. */
export function environmentName(name: string): string {
  return `MESHSCOPE_${name.replace(/([A-Z])/g, '_$1').toUpperCase()}`;
}

function environmentValues(io: CliIo): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(TABLE)) {
    const variable = environmentName(name);
    const raw = io.env[variable];
    if (raw !== undefined && raw !== '') values[name] = parseOptionValue(spec, raw, variable);
  }
  return values;
}

/** A misspelt variable would silently read another mesh or namespace than was meant. */
function unknownVariables(io: CliIo): string[] {
  const known = Object.keys(TABLE).map(environmentName);
  return Object.keys(io.env)
    .filter((name) => name.startsWith('MESHSCOPE_') && io.env[name] !== undefined && !known.includes(name))
    .sort()
    .map((name) => {
      const [near] = nearest(
        name.slice('MESHSCOPE_'.length),
        known.map((one) => one.slice('MESHSCOPE_'.length)),
        1,
      );
      return `${name} is set, but no such option exists${near === undefined ? '' : ` (near: MESHSCOPE_${near})`}`;
    });
}
