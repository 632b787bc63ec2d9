import type { FieldPath } from '../analysis/finding.ts';
import { LineIndex } from '../config/yaml/line-index.ts';
import { FieldFinder } from '../config/yaml/locate.ts';
import type { LineColumn } from '../util/json-position.ts';

/** Finds where fields stand in a text of one YAML document: their value, or their key. The text is parsed once. */
export function fieldPlaces(text: string): (path: FieldPath, part?: 'key' | 'value') => LineColumn {
  const finder = new FieldFinder(text);
  const lines = new LineIndex(text);
  return (path, part = 'value') => lines.at(finder.find(path)[part]);
}
