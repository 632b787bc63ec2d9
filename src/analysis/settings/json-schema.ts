import type { JsonObject } from '../../util/json.ts';
import { CODE_PATTERN, type FieldShape, type Shape } from './shape.ts';

/** A shape as JSON Schema (draft 7, which editors know). */
export function shapeSchema(shape: Shape): JsonObject {
  switch (shape.kind) {
    case 'word':
      // Editors that read YAML 1.1 take a bare `off` for false.
      return { enum: shape.words.includes('off') ? [...shape.words, false] : [...shape.words] };
    case 'text':
      return { type: 'string', minLength: 1, ...(shape.pattern ? { pattern: shape.pattern } : {}) };
    case 'flag':
      return { type: 'boolean' };
    case 'list':
      return { type: 'array', items: shapeSchema(shape.of) };
    case 'codes':
      return {
        type: 'object',
        propertyNames: { pattern: CODE_PATTERN },
        additionalProperties: shapeSchema(shape.of),
      };
    case 'fields':
      return {
        type: 'object',
        properties: fieldSchemas(shape.fields),
        required: Object.keys(shape.fields).filter((key) => shape.fields[key]?.required === true),
        additionalProperties: false,
      };
  }
}

/** The fields of a mapping as the `properties` of a JSON Schema. */
export function fieldSchemas(fields: Readonly<Record<string, FieldShape>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([key, { shape, description }]) => [
      key,
      { description: plain(description), ...shapeSchema(shape) },
    ]),
  );
}

/** Without the marks and links of Markdown. */
function plain(text: string): string {
  return text.replace(/\s*\(\[[^\]]*\]\([^)]*\)\)/g, '').replaceAll('`', '');
}
