import type { Suppression } from '../analysis/suppression.ts';
import { asObjects, asString } from '../util/json.ts';
import type { ReadConfigFile } from './config-file.ts';
import { fieldPlaces } from './field-places.ts';

/** The section `suppress` of a configuration file whose settings were checked. */
export function fileSuppressions({ name, text, mapping }: ReadConfigFile): readonly Suppression[] {
  const entries = asObjects(mapping['suppress']);
  if (entries.length === 0) return [];
  const placeOf = fieldPlaces(text);
  return entries.map((entry, index) => {
    const [code = '', pattern = '', reason, expires] = FIELDS.map((field) => asString(entry[field]));
    return { code, pattern, reason, expires, place: { file: name, ...placeOf(['suppress', index]) } };
  });
}

const FIELDS = ['code', 'resource', 'reason', 'expires'] as const;
