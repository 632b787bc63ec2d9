import { type ReadConfigFile, readConfigFile } from '../../cli/config-file.ts';
import { fieldPlaces } from '../../cli/field-places.ts';
import { GLOBAL_OPTIONS, type GlobalValues } from '../../cli/global-options.ts';
import type { CliIo } from '../../cli/io.ts';
import { parseOptionValue } from '../../cli/option-value.ts';
import { longName, type OptionSpec, type OptionTable } from '../../cli/options.ts';
import { dataError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';

/** Where a mesh is read: options of every command that the file may set, too. */
const PLACES = {
  kubeconfig: GLOBAL_OPTIONS.kubeconfig,
  context: GLOBAL_OPTIONS.context,
  istioNamespace: GLOBAL_OPTIONS.istioNamespace,
} as const;

const OF_LIVE_MESHES: ReadonlySet<string> = new Set(['kubeconfig', 'context', 'contexts']);

/** Keys of the reference's file, with the options that they set. What is computed there sets nothing. */
const REFERENCE_KEYS: Readonly<Record<string, string | undefined>> = {
  kubeConfigPath: 'kubeconfig',
  commandTimeout: 'timeout',
  since: 'duration',
  criticalErrors: 'criticalErrs',
  ignoredErrors: 'ignoreErrs',
  requestConcurrency: 'rqConcurrency',
  tailLines: 'tail',
  timeFilterApplied: undefined,
};

/** The options of a run after its file was read. */
export interface WithFile<O> {
  readonly options: O;
  readonly globals: GlobalValues;
}

/**
 * The options of a command with those of a file in the place of defaults: what stands on the command line wins. The file
 * is YAML with keys of the reference or names of options. Throws exit 66 when there is no such file, 65 with
 * file:line:column for an unknown key, 64 for a wrong value.
 */
export async function withReportFile<O extends Readonly<Record<string, unknown>>>(
  name: string,
  table: OptionTable,
  given: { readonly options: O; readonly given?: ReadonlySet<string> },
  globals: GlobalValues,
  io: Pick<CliIo, 'cwd'>,
): Promise<WithFile<O>> {
  const file = await readConfigFile(name, io, 'check the path given by --file');
  if (file === undefined) return { options: given.options, globals };
  const values = readKeys(file, { ...table, ...PLACES });
  const typed = given.given ?? new Set<string>();
  // Both say where logs begin, and the command line has the last word.
  const superseded = new Set(
    [
      ['duration', 'startTime'],
      ['startTime', 'duration'],
    ].flatMap(([one = '', other = '']) => (typed.has(one) ? [other] : [])),
  );
  const options: Record<string, unknown> = { ...given.options };
  const places: Record<string, unknown> = {};
  for (const [option, value] of values) {
    // A recording on the command line has the last word on what is read.
    if (globals.from !== undefined && OF_LIVE_MESHES.has(option)) continue;
    if (option in PLACES) places[option] = globals[option as keyof typeof PLACES] ?? value;
    else if (!typed.has(option) && !superseded.has(option)) options[option] = value;
  }
  return { options: options as O, globals: { ...globals, ...places } };
}

function readKeys(file: ReadConfigFile, table: OptionTable): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [key, raw] of Object.entries(file.mapping)) {
    const option = optionOf(key, table);
    if (option === undefined && !(key in REFERENCE_KEYS)) throw unknownKey(file, key, table);
    const spec = table[option ?? ''];
    if (option === undefined || spec === undefined || isUnset(raw)) continue;
    const origin = `${at(file, key)}: ${key}`;
    values.set(option, optionValue(spec, raw, origin));
  }
  return values;
}

function optionOf(key: string, table: OptionTable): string | undefined {
  if (Object.hasOwn(REFERENCE_KEYS, key)) return REFERENCE_KEYS[key];
  return Object.entries(table).find(
    ([name, spec]) => name !== 'file' && (name === key || longName(spec) === key),
  )?.[0];
}

/** The reference writes all keys: null, 0 and the year 1 are what it writes where nothing was set. */
function isUnset(raw: unknown): boolean {
  if (raw === null || raw === 0 || raw === '' || raw === '0s') return true;
  return raw instanceof Date && raw.getUTCFullYear() <= 1;
}

function optionValue(spec: OptionSpec<unknown>, raw: unknown, origin: string): unknown {
  const items = Array.isArray(raw) ? raw : [raw];
  if (items.some((item) => typeof item === 'object' && !(item instanceof Date)))
    throw dataError(`${origin}: the value is neither a word nor a list of words`);
  if (spec.kind === 'list') return items.flatMap((item) => parseOptionValue(spec, String(item), origin));
  if (Array.isArray(raw)) throw dataError(`${origin}: one value is expected, not a list`);
  return parseOptionValue(spec, textOf(spec, raw), origin);
}

function textOf(spec: OptionSpec<unknown>, raw: unknown): string {
  if (raw instanceof Date) return raw.toISOString();
  // A duration without a unit is in nanoseconds there.
  if (spec.kind === 'duration' && typeof raw === 'number') return `${Math.round(raw / 1e6)}ms`;
  return String(raw);
}

function unknownKey(file: ReadConfigFile, key: string, table: OptionTable): Error {
  const shown = Object.entries(table).flatMap(([name, { hidden }]) => (hidden === true ? [] : [name]));
  const known = [...new Set([...Object.keys(REFERENCE_KEYS), ...shown])].filter((name) => name !== 'file');
  const near = nearest(key, known, 1);
  return dataError(`${at(file, key)}: unknown key "${key}"`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint: 'meshscope bug-report --help names the options that can be set, such as maxSize for --max-size',
  });
}

function at({ name, text }: ReadConfigFile, key: string): string {
  const { line, column } = fieldPlaces(text)([key], 'key');
  return `${name}:${line}:${column}`;
}
