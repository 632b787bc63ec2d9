import type { Field, MessageType } from './api-table.ts';
import table from './envoy-wire.generated.json' with { type: 'json' };

/** A field as it is written in bytes. */
export interface WireField {
  readonly field: Field;
  /** How integers are written: as they are, zigzag, or in a fixed width. */
  readonly encoding: 'plain' | 'zigzag' | 'fixed';
}

const known = new WeakMap<MessageType, ReadonlyMap<number, WireField>>();

/** The fields of a message by the number that they have in its bytes. Source: scripts/envoy-schema. */
export function wireFields(type: MessageType): ReadonlyMap<number, WireField> {
  const found = known.get(type);
  if (found !== undefined) return found;
  const parts = table.messages[type.index]?.split(',') ?? [];
  const fields = new Map<number, WireField>();
  let next = 1;
  for (const [order, field] of type.fields.entries()) {
    const [, number = '', code = ''] = /^(\d*)([zx]?)$/.exec(parts[order] ?? '') ?? [];
    if (number !== '') next = Number(number);
    fields.set(next, { field, encoding: code === 'z' ? 'zigzag' : code === 'x' ? 'fixed' : 'plain' });
    next += 1;
  }
  known.set(type, fields);
  return fields;
}
