import { longName, type OptionTable, shortName } from './options.ts';

/**
 * Gives the value that an option stands for when it is written without one (`-v`), so that the token behind it is not
 * taken for its value. Tokens after `--` stay as they are.
 */
export function withImpliedValues(argv: readonly string[], table: OptionTable): string[] {
  const implied = new Map<string, string>();
  for (const spec of Object.values(table)) {
    if (spec.implied === undefined) continue;
    implied.set(`--${longName(spec)}`, String(spec.implied));
    implied.set(`-${shortName(spec) ?? '-'}`, String(spec.implied));
  }
  const out: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? '';
    if (token === '--') return [...out, ...argv.slice(index)];
    out.push(token);
    const value = implied.get(token);
    if (value !== undefined && !/^-?\d+$/.test(argv[index + 1] ?? '')) out.push(value);
  }
  return out;
}
