/** What a value of the configuration file may be: the one description that reading, the JSON Schema and the docs follow. */
export type Shape =
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | {
      readonly kind: 'text';
      /** What the text is, such as `a date, 2027-01-31`. */
      readonly says: string;
      readonly pattern?: string;
    }
  | { readonly kind: 'flag' }
  | { readonly kind: 'list'; readonly of: Shape }
  /** A mapping from the codes of findings. */
  | { readonly kind: 'codes'; readonly of: Shape }
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, FieldShape>> };

/** A field of a mapping. */
export interface FieldShape {
  readonly shape: Shape;
  readonly description: string;
  readonly required?: boolean;
}

/** The code of a finding, of whoever defines it. */
export const CODE_PATTERN = '^[A-Z]{3}\\d{4}$';

/** The shape in a few words: `off, info, warning or error`. */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case 'word':
      return `${shape.words.slice(0, -1).join(', ')} or ${shape.words.at(-1)}`;
    case 'text':
      return shape.says;
    case 'flag':
      return 'true or false';
    case 'list':
      return `a list of ${shape.of.kind === 'fields' ? 'mappings' : `texts: ${shapeText(shape.of)}`}`;
    case 'codes':
      return `a mapping from codes to ${shapeText(shape.of)}`;
    case 'fields':
      return `a mapping with ${Object.keys(shape.fields).join(', ')}`;
  }
}
