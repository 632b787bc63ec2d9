import fc from 'fast-check';

/** Values that no field expects: each JSON type, extremes, and text that steers terminals or names inherited members. */
const INTRUDERS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'a'.repeat(70_000),
  '\u001b[31mred\u001b[0m\r\n\u202e\u061c\u200f\u2028\u2066\ufeff',
  '__proto__',
  '%s%n|||||',
  'outbound|x|y|z',
  '99999-13-45T99:99:99Z',
  [],
  [null],
  [[]],
  {},
  { '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump' },
  { toString: null, constructor: 1, __proto__: [] },
];

/** One way to damage a JSON value: where (a walk of child choices), and what stands there afterwards. */
export interface Swap {
  readonly walk: readonly number[];
  readonly intruder: number;
  readonly remove: boolean;
}

/** One way to damage bytes. Positions are fractions of the length, so that they fit every file. */
export type Damage =
  | { readonly kind: 'swap'; readonly swaps: readonly Swap[] }
  | { readonly kind: 'flip'; readonly at: readonly number[]; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number };

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Damage of all kinds; type swaps come most often, since they get furthest into the program. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('swap' as const),
      swaps: fc.array(
        fc.record({
          walk: fc.array(fc.nat(10_000), { minLength: 1, maxLength: 14 }),
          intruder: fc.nat(INTRUDERS.length - 1),
          remove: fc.boolean(),
        }),
        { minLength: 1, maxLength: 12 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('flip' as const),
      at: fc.array(fraction, { minLength: 1, maxLength: 20 }),
      bit: fc.nat(7),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fraction }) },
);

/** A damaged copy of a JSON file's bytes. */
export function damageJson(bytes: Uint8Array, damage: Damage): Uint8Array {
  if (damage.kind !== 'swap') return damageBytes(bytes, damage);
  const root = { value: JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown };
  for (const swap of damage.swaps) applySwap(root, swap);
  return Buffer.from(JSON.stringify(root.value) ?? '');
}

/** A copy of any bytes with bits flipped or the end cut off; a swap of values flips one bit here. */
export function damageBytes(bytes: Uint8Array, damage: Damage): Uint8Array {
  if (damage.kind === 'cut') return bytes.subarray(0, Math.floor(bytes.length * damage.at));
  const copy = Uint8Array.from(bytes);
  const at = damage.kind === 'flip' ? damage.at : [0.5];
  const bit = damage.kind === 'flip' ? damage.bit : 3;
  for (const place of at) {
    const index = Math.floor(place * copy.length);
    copy[index] = (copy[index] ?? 0) ^ (1 << bit);
  }
  return copy;
}

/** Walks down by child numbers (modulo the number of children) and replaces or removes what is there. */
function applySwap(root: { value: unknown }, { walk, intruder, remove }: Swap): void {
  let holder: Record<string, unknown> | unknown[] = root;
  let key: string | number = 'value';
  for (const step of walk) {
    const child: unknown = (holder as Record<string | number, unknown>)[key];
    if (typeof child !== 'object' || child === null) break;
    const keys = Object.keys(child);
    const next = keys[step % Math.max(1, keys.length)];
    if (next === undefined) break;
    holder = child as Record<string, unknown> | unknown[];
    key = next;
  }
  if (remove && holder !== root) delete (holder as Record<string | number, unknown>)[key];
  else (holder as Record<string | number, unknown>)[key] = structuredClone(INTRUDERS[intruder]);
}
