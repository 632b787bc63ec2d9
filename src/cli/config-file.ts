import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { dataError, type MeshscopeError, usageError } from '../util/errors.ts';
import { lineColumn } from '../util/json-position.ts';
import { nearest } from '../util/text.ts';
import { NOT_FROM_FOUND_CONFIG } from './global-options.ts';
import type { CliIo } from './io.ts';
import { parseOptionValue } from './option-value.ts';
import { longName, type OptionTable } from './options.ts';

/** Name of the configuration file that is found by itself. */
export const FOUND_CONFIG = '.meshscope.yaml';
/** Keys that hold more than the value of an option; who needs them reads them. */
const SECTIONS: ReadonlySet<string> = new Set(['suppress']);
const HINT = 'write it as one mapping, such as "namespace: shop" (README, Configuration)';

/** A configuration file: its text and whether it was found by itself instead of named. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string;
  readonly found: boolean;
}

/**
 * Values of options from the configuration file: the one that `--config` names, else `.meshscope.yaml` of the current
 * folder where there is one. An empty file sets nothing. Throws exit 66 when the named file does not exist, 65 with
 * file:line:column for what is no mapping of option names, 64 for a wrong value or what a found file may not set.
 */
export async function configFileValues(
  table: OptionTable,
  named: string | undefined,
  io: Pick<CliIo, 'cwd'>,
): Promise<Record<string, unknown>> {
  const name = named ?? FOUND_CONFIG;
  const path = resolve(io.cwd, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (named === undefined) return {};
    const { readError } = await import('../sources/files/read-input.ts');
    throw await readError(error, name, io.cwd, 'check the path given by --config or MESHSCOPE_CONFIG');
  }
  const file: ConfigFile = { name, text, found: named === undefined };
  const values: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(await configMapping(file))) {
    if (SECTIONS.has(key)) continue;
    const option = optionOf(table, key, file);
    const value =
      raw === null ? undefined : parseOptionValue(option.spec, scalarText(raw, key, file), `${name}: ${key}`);
    if (value !== undefined) values[option.name] = value;
  }
  return values;
}

/** The mapping that a configuration file holds; throws exit 65 with file:line:column for what is none. */
export async function configMapping(file: ConfigFile): Promise<Record<string, unknown>> {
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

function optionOf(table: OptionTable, key: string, file: ConfigFile) {
  const entry = Object.entries(table).find(([name, spec]) => name === key || longName(spec) === key);
  if (entry === undefined) {
    const near = nearest(key, Object.keys(table), 1);
    throw atKey(file, key, `unknown option "${key}"`, near);
  }
  const [name, spec] = entry;
  if (file.found && NOT_FROM_FOUND_CONFIG.has(name)) {
    throw usageError(`${file.name}: "${key}" can't be set by a file that was found by itself`, {
      hint: `give the file with --config ${file.name}, or --${longName(spec)} on the command line`,
    });
  }
  return { name, spec };
}

/** A list becomes its words with commas, as on the command line. */
function scalarText(raw: unknown, key: string, file: ConfigFile): string {
  const isList = Array.isArray(raw) && raw.every((item) => typeof item !== 'object');
  if (typeof raw === 'object' && !isList)
    throw atKey(file, key, `the value of "${key}" is neither a word nor a list`, []);
  return String(raw);
}

function atKey(file: ConfigFile, key: string, problem: string, near: readonly string[]): MeshscopeError {
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const offset = file.text.search(new RegExp(`^["']?${escaped}["']?\\s*:`, 'm'));
  const { line, column } = lineColumn(file.text, Math.max(0, offset));
  return dataError(`${file.name}:${line}:${column}: ${problem}`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint: 'meshscope version --help lists the options of every command',
  });
}
