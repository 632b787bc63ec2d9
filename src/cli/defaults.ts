import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { dataError, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { GLOBAL_OPTIONS, type GlobalValues, NOT_FROM_FOUND_CONFIG } from './global-options.ts';
import type { CliIo } from './io.ts';
import { parseOptionValue } from './option-value.ts';
import { longName, type OptionSpec, type OptionTable } from './options.ts';

const TABLE: OptionTable = GLOBAL_OPTIONS;
const FOUND_CONFIG = '.meshscope.yaml';

/**
 * Global options that were not on the command line, from MESHSCOPE_<OPTION> in the environment, then from the
 * configuration file. A file found by itself may not name other input (design: trust boundaries).
 */
export async function withDefaults(
  parsed: Record<string, unknown>,
  given: ReadonlySet<string>,
  io: CliIo,
): Promise<GlobalValues> {
  const values = { ...parsed };
  const fromEnv = environmentValues(io);
  const named = given.has('config') ? parsed['config'] : fromEnv['config'];
  const fromFile = await fileValues(typeof named === 'string' ? named : undefined, io);
  for (const name of Object.keys(TABLE)) {
    if (given.has(name)) continue;
    const value = fromEnv[name] ?? fromFile[name];
    if (value !== undefined) values[name] = value;
  }
  return values as GlobalValues;
}

/** `MESHSCOPE_ISTIO_NAMESPACE` for `istioNamespace`. */
function environmentName(name: string): string {
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

async function fileValues(named: string | undefined, io: CliIo): Promise<Record<string, unknown>> {
  const name = named ?? FOUND_CONFIG;
  const path = isAbsolute(name) ? name : join(io.cwd, name);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (named === undefined) return {};
    throw dataError(`can't read the configuration file ${name}`, {
      cause: error,
      hint: 'check the path given by --config',
    });
  }
  const { load } = await import('js-yaml');
  let parsed: unknown;
  try {
    parsed = load(content);
  } catch (error) {
    throw dataError(`${name}: ${firstLine(error)}`, { cause: error });
  }
  return configValues(parsed, name, named === undefined);
}

function configValues(parsed: unknown, file: string, found: boolean): Record<string, unknown> {
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed))
    throw dataError(`${file}: expected a mapping of option names to values`);
  const values: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(parsed)) {
    const entry = Object.entries(TABLE).find(([name, spec]) => name === key || longName(spec) === key);
    if (entry === undefined) {
      const [near] = nearest(key, Object.keys(TABLE), 1);
      throw dataError(`${file}: unknown option "${key}"`, { lines: near ? [['near', near]] : [] });
    }
    const [name, spec] = entry;
    if (found && NOT_FROM_FOUND_CONFIG.has(name)) {
      throw usageError(`${file}: "${key}" can't be set by a file that was found by itself`, {
        hint: `give the file with --config ${file}, or --${longName(spec)} on the command line`,
      });
    }
    values[name] = parseOptionValue(spec as OptionSpec<unknown>, String(raw), `${file}: ${key}`);
  }
  return values;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
