import type { FieldPath } from '../analysis/finding.ts';
import { checkShape } from '../analysis/settings/check-shape.ts';
import { isSetting, SETTINGS } from '../analysis/settings/table.ts';
import { dataError } from '../util/errors.ts';
import type { ReadConfigFile } from './config-file.ts';
import { fieldPlaces } from './field-places.ts';

/** Checks the settings in a file. Throws exit 65 with file:line:column. */
export function checkSettings({ name, text, mapping }: ReadConfigFile): void {
  for (const [key, value] of Object.entries(mapping)) {
    // A key without a value sets nothing.
    if (!isSetting(key) || value === null) continue;
    const [problem] = checkShape(SETTINGS[key].shape, value, [key]);
    if (problem === undefined) continue;
    const { line, column } = fieldPlaces(text)(problem.path);
    throw dataError(`${name}:${line}:${column}: ${pathOf(problem.path)}: ${problem.message}`, {
      lines: problem.near.length === 0 ? [] : [['near', problem.near.join(', ')]],
      hint: 'docs/configuration.md describes every key',
    });
  }
}

function pathOf(path: FieldPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
