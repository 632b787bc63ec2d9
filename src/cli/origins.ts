import { isSetting } from '../analysis/settings/table.ts';
import { asObject } from '../util/json.ts';
import { configFileValues, FOUND_CONFIG } from './config-file.ts';
import type { CommandContext } from './context.ts';
import { environmentName, TABLE } from './defaults.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { longName } from './options.ts';

/** One option of every command as it is in force, and where its value comes from. */
export interface OptionOrigin {
  /** The long flag, without dashes. */
  readonly flag: string;
  /** As it would be written; empty when it has none. */
  readonly value: string;
  /** `$VARIABLE`, the configuration file, `command line` or `default`. */
  readonly from: string;
}

/** The options of every command with their values and origins, by flag; then what the configuration file says beside. */
export async function optionOrigins(context: CommandContext): Promise<readonly OptionOrigin[]> {
  return [...(await globalOrigins(context)), ...(await settingOrigins(context))];
}

async function settingOrigins({ configFile: file }: CommandContext): Promise<readonly OptionOrigin[]> {
  if (file === undefined) return [];
  const { checkSettings } = await import('./check-settings.ts');
  checkSettings(file);
  return Object.entries(file.mapping)
    .filter(([key, value]) => isSetting(key) && value !== null)
    .map(([key, value]) => ({
      flag: key,
      value: settingText(value),
      from: file.found && key === 'plugins' ? `${file.name}, not loaded` : file.name,
    }));
}

/** `IST0118=off,MSH0012=error` for a mapping; of a list of mappings how many there are. */
function settingText(value: unknown): string {
  if (Array.isArray(value))
    return value.every((one) => typeof one === 'string') ? value.join(',') : `${value.length} entries`;
  const members = asObject(value);
  if (members === undefined) return String(value);
  return Object.entries(members)
    .map(([code, level]) => `${code}=${level === false ? 'off' : String(level)}`)
    .join(',');
}

async function globalOrigins(context: CommandContext): Promise<readonly OptionOrigin[]> {
  const { globals, io, configFile } = context;
  const inFile = await configFileValues(TABLE, configFile);
  const file = configFile?.name ?? FOUND_CONFIG;
  const values: Readonly<Record<string, unknown>> = { ...globals };
  return Object.entries(TABLE)
    .filter(([name]) => name in GLOBAL_OPTIONS)
    .map(([name, spec]) => {
      const value = values[name];
      const flag = longName(spec);
      const variable = environmentName(name);
      if (isSame(value, spec.default)) return { flag, value: written(value, spec.kind), from: 'default' };
      const isSet = (io.env[variable] ?? '') !== '';
      const from = isSet ? `$${variable}` : isSame(value, inFile[name]) ? file : 'command line';
      return { flag, value: written(value, spec.kind), from };
    })
    .sort((a, b) => (a.flag < b.flag ? -1 : 1));
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.join() === b.join());
}

function written(value: unknown, kind: string): string {
  if (value === undefined || value === null) return '';
  if (kind === 'duration') return `${Number(value) / 1000}s`;
  return Array.isArray(value) ? value.join(',') : String(value);
}
