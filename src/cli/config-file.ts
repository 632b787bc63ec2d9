import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isSetting, SETTINGS } from '../analysis/settings/table.ts';
import { dataError, type MeshscopeError, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { NOT_FROM_FOUND_CONFIG } from './global-options.ts';
import type { CliIo } from './io.ts';
import { parseOptionValue } from './option-value.ts';
import { longName, type OptionTable } from './options.ts';

/** Name of the file that counts when `--config` names none. */
export const FOUND_CONFIG = '.meshscope.yaml';
const HINT = 'write it as one mapping, such as "namespace: shop" (README, Configuration)';

/** Nobody writes a larger one. */
const MOST_BYTES = 1024 * 1024;

/** A configuration file: its text, and whether it was found by itself instead of named. */
interface ConfigFile {
  /** As it was named, or `.meshscope.yaml`. */
  readonly name: string;
  readonly text: string;
  readonly found: boolean;
}

/** A configuration file that is there, with what it says. */
export interface ReadConfigFile extends ConfigFile {
  readonly mapping: Readonly<Record<string, unknown>>;
}

/**
 * The configuration file: the one that `--config` names, else `.meshscope.yaml` of the current folder; `undefined` where
 * there is none. `next`: what to do about a named one that is not there. Throws exit 66 when the named file does not exist, 65 with file:line:column for what is no mapping.
 */
export async function readConfigFile(
  named: string | undefined,
  io: Pick<CliIo, 'cwd'>,
  next = 'check the path given by --config or MESHSCOPE_CONFIG',
): Promise<ReadConfigFile | undefined> {
  const name = named ?? FOUND_CONFIG;
  let text: string;
  try {
    text = await readText(resolve(io.cwd, name), name);
  } catch (error) {
    if (named === undefined && isAbsent(error)) return undefined;
    const { readError } = await import('../sources/files/read-input.ts');
    throw await readError(error, name, io.cwd, next);
  }
  const file: ConfigFile = { name, text, found: named === undefined };
  return { ...file, mapping: await parseMapping(file) };
}

/** Whether there is no file: a folder of that name is none, either. */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code))
  );
}

async function readText(path: string, name: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const stats = await handle.stat();
    if (stats.isFile() && stats.size > MOST_BYTES)
      throw dataError(`${name} is too large for a configuration file: the limit is 1 MiB`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/**
 * Values of options in a configuration file. Settings of `analyze` are left to those who use them. Throws 65 with
 * file:line:column for an unknown key, 64 for a wrong value or what a found file may not set.
 */
export async function configFileValues(
  table: OptionTable,
  file: ReadConfigFile | undefined,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  if (file === undefined) return values;
  for (const [key, raw] of Object.entries(file.mapping)) {
    if (isSetting(key)) continue;
    const option = await optionOf(table, key, file);
    if (raw === null) continue;
    const text = scalarText(raw);
    if (text === undefined)
      throw await atKey(file, key, `the value of "${key}" is neither a word nor a list`, []);
    values[option.name] = parseOptionValue(option.spec, text, `${file.name}: ${key}`);
  }
  return values;
}

/** The mapping that a configuration file holds; throws exit 65 with file:line:column for what is none. */
async function parseMapping(file: ConfigFile): Promise<Record<string, unknown>> {
  const { loadAll, YAMLException } = await import('js-yaml');
  let documents: unknown[];
  try {
    documents = loadAll(file.text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark ?? { line: 0, column: 0 };
    throw dataError(`${file.name}:${line + 1}:${column + 1}: not valid YAML: ${error.reason}`, {
      hint: HINT,
      cause: error,
    });
  }
  const [mapping = null, second] = documents;
  if (second !== undefined) throw dataError(`${file.name} holds several documents`, { hint: HINT });
  if (mapping === null) return {};
  if (typeof mapping !== 'object' || Array.isArray(mapping)) {
    throw dataError(`${file.name}:1:1: expected a mapping of option names to values`, { hint: HINT });
  }
  return mapping as Record<string, unknown>;
}

async function optionOf(table: OptionTable, key: string, file: ConfigFile) {
  const entry = Object.entries(table).find(([name, spec]) => name === key || longName(spec) === key);
  if (entry === undefined) {
    const near = nearest(key, [...Object.keys(table), ...Object.keys(SETTINGS)], 1);
    throw await atKey(file, key, `unknown option "${key}"`, near);
  }
  const [name, spec] = entry;
  if (file.found && NOT_FROM_FOUND_CONFIG.has(name)) {
    throw usageError(`${file.name}: "${key}" can't be set by a file that was found by itself`, {
      hint: `give the file with --config ${file.name}, or --${longName(spec)} on the command line`,
    });
  }
  return { name, spec };
}

/** A list becomes its words with commas, as on the command line; `undefined` for what is neither. */
function scalarText(raw: unknown): string | undefined {
  const isList = Array.isArray(raw) && raw.every((item) => typeof item !== 'object');
  return typeof raw === 'object' && !isList ? undefined : String(raw);
}

async function atKey(
  { name, text }: ConfigFile,
  key: string,
  problem: string,
  near: readonly string[],
): Promise<MeshscopeError> {
  const { fieldPlaces } = await import('./field-places.ts');
  const { line, column } = fieldPlaces(text)([key], 'key');
  return dataError(`${name}:${line}:${column}: ${problem}`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint: 'meshscope config list names what can be set',
  });
}
