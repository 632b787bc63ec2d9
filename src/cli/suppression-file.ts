import type { Suppression } from '../analysis/suppression.ts';
import { asObjects, asString } from '../util/json.ts';
import { readConfigFile } from './config-file.ts';
import type { CommandContext } from './context.ts';

/** Suppressions of a configuration file, and whether the file was found by itself. */
export interface SuppressionFile {
  readonly suppressions: readonly Suppression[];
  readonly name: string;
  readonly isFound: boolean;
}

/**
 * The section `suppress` of the configuration file, whose form was checked with the other settings: the file that
 * `--config` names, else `.meshscope.yaml` where there is one.
 */
export async function suppressionFile(
  context: Pick<CommandContext, 'globals' | 'io'>,
): Promise<SuppressionFile | undefined> {
  const file = await readConfigFile(context.globals.config, context.io);
  const entries = asObjects(file?.mapping['suppress']);
  if (file === undefined || entries.length === 0) return undefined;
  const { name, text, found: isFound } = file;
  const lines = entryLines(text);
  const suppressions = entries.map((entry, index): Suppression => {
    const [code = '', pattern = '', reason, expires] = FIELDS.map((field) => asString(entry[field]));
    return { code, pattern, reason, expires, place: { file: name, line: lines[index] ?? 1, column: 1 } };
  });
  return { suppressions, name, isFound };
}

const FIELDS = ['code', 'resource', 'reason', 'expires'] as const;

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
