import type { Suppression } from '../analysis/suppression.ts';
import { dataError } from '../util/errors.ts';
import { asObject, type JsonObject } from '../util/json.ts';
import { readConfigFile } from './config-file.ts';
import type { CommandContext } from './context.ts';

/** Suppressions of a configuration file, and whether the file was found by itself. */
export interface SuppressionFile {
  readonly suppressions: readonly Suppression[];
  readonly name: string;
  readonly isFound: boolean;
}

const FIELDS = ['code', 'resource', 'reason', 'expires'] as const;
const EXAMPLE =
  'code: IST0102, resource: "Namespace shop*", reason: moves to ambient in spring, expires: 2027-03-31';

/**
 * The section `suppress` of the configuration file: the one that `--config` names, else `.meshscope.yaml` where there is
 * one. Each entry says which code, on which resources, why, and until when; throws exit 65 with file:line:column for
 * one that does not.
 */
export async function suppressionFile(context: CommandContext): Promise<SuppressionFile | undefined> {
  const file = await readConfigFile(context.globals.config, context.io);
  if (file === undefined) return undefined;
  const { name, text, found: isFound } = file;
  const section = file.mapping['suppress'];
  if (section === undefined || section === null) return undefined;
  const lines = entryLines(text);
  const place = (index: number): Place => ({ file: name, line: lines[index] ?? 1, column: 1 });
  if (!Array.isArray(section)) throw wrong(place(-1), '"suppress" is no list');
  const suppressions = section.map((entry, index) => suppression(entry, place(index)));
  return { suppressions, name, isFound };
}

type Place = NonNullable<Suppression['place']>;

function suppression(entry: unknown, place: Place): Suppression {
  const object = asObject(entry);
  if (object === undefined) throw wrong(place, 'a suppression is no map');
  const unknown = Object.keys(object).find((key) => !FIELDS.some((field) => field === key));
  if (unknown !== undefined) throw wrong(place, `a suppression has no "${unknown}"`);
  const [code, pattern, reason, expires] = FIELDS.map((field) => fieldText(object, field, place));
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires ?? '') || Number.isNaN(Date.parse(expires ?? '')))
    throw wrong(place, `"${expires}" is no date such as 2027-03-31`);
  return { code: code ?? '', pattern: pattern ?? '', reason, expires, place };
}

function fieldText(object: JsonObject, field: string, place: Place): string {
  const value = object[field];
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : value;
  if (typeof text !== 'string' || text.trim() === '') throw wrong(place, `a suppression needs "${field}"`);
  return text.trim();
}

function wrong({ file, line, column }: Place, problem: string) {
  return dataError(`${file}:${line}:${column}: ${problem}`, { hint: `an entry looks like this: ${EXAMPLE}` });
}

/** Lines of the entries of the section, in block style; those of another style have none. */
function entryLines(text: string): readonly number[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^["']?suppress["']?\s*:/.test(line));
  const found: number[] = [];
  let indent: number | undefined;
  for (let at = start + 1; start >= 0 && at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^[^\s#-]/.test(line)) break;
    const dash = /^(\s*)-(?:\s|$)/.exec(line)?.[1]?.length;
    indent ??= dash;
    if (dash !== undefined && dash === indent) found.push(at + 1);
  }
  return found;
}
