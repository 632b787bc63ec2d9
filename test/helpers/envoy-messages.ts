import fc from 'fast-check';
import { type Field, type MessageType, messageType } from '../../src/envoy/schema/api-table.ts';

/** One message in two spellings: with the JSON names of protobuf, and with Envoy's names in another order. */
export interface Twins {
  readonly camel: unknown;
  readonly snake: unknown;
}

const HELD = [
  'envoy.config.cluster.v3.Cluster',
  'envoy.config.listener.v3.Listener',
  'google.protobuf.Struct',
];

/** Any messages with one of the types above inside, generated from the table of Envoy's API. */
export function anyTwins(depth = 4): fc.Arbitrary<Twins> {
  return fc.constantFrom(...HELD).chain((name) => {
    const type = messageType(name);
    const url = `type.googleapis.com/${name}`;
    if (type === undefined) throw new Error(`no type ${name}`);
    if (type.wellKnown !== undefined) {
      return json.map((value) => ({ camel: { '@type': url, value }, snake: { value, '@type': url } }));
    }
    return fieldsOf(type, depth).map(({ camel, snake }) => ({
      camel: { '@type': url, ...camel },
      snake: { ...snake, '@type': url },
    }));
  });
}

/** Values of Structs and scalars; names in either spelling are data there. */
const json = fc.oneof(
  fc.constantFrom('10s', 'outbound|80||cart.shop', '', 0, 1, 80, true, false, null),
  fc.dictionary(fc.constantFrom('tlsMode', 'tls_mode', '__proto__', 'constructor'), fc.string(), {
    noNullPrototype: true,
  }),
);

type Members = { camel: Record<string, unknown>; snake: Record<string, unknown> };

function fieldsOf(type: MessageType, depth: number): fc.Arbitrary<Members> {
  const most = depth > 0 ? 5 : 0;
  return fc
    .shuffledSubarray([...type.fields], { maxLength: Math.min(most, type.fields.length) })
    .chain((fields) =>
      fc.tuple(...fields.map((field) => valueOfField(field, depth - 1))).map((values) => {
        const pairs = fields.map((field, index) => ({ field, value: values[index] }));
        return {
          camel: Object.fromEntries(pairs.map(({ field, value }) => [field.jsonName, value?.camel])),
          snake: Object.fromEntries(pairs.reverse().map(({ field, value }) => [field.name, value?.snake])),
        };
      }),
    );
}

function valueOfField(field: Field, depth: number): fc.Arbitrary<Twins> {
  const one = single(field, depth);
  if (field.label === 'one') return one;
  if (field.label === 'list') {
    return fc.array(one, { maxLength: 3 }).map((items) => ({
      camel: items.map(({ camel }) => camel),
      snake: items.map(({ snake }) => snake),
    }));
  }
  return fc.dictionary(fc.constantFrom('tlsMode', 'tls_mode', 'a'), one).map((map) => ({
    camel: Object.fromEntries(Object.entries(map).map(([key, { camel }]) => [key, camel])),
    snake: Object.fromEntries(Object.entries(map).map(([key, { snake }]) => [key, snake])),
  }));
}

function single(field: Field, depth: number): fc.Arbitrary<Twins> {
  const type = field.message;
  if (type?.wellKnown === 'Any' && depth > 0) return anyTwins(depth);
  if (type !== undefined && type.wellKnown === undefined) return fieldsOf(type, depth);
  return json.map((value) => ({ camel: value, snake: value }));
}
