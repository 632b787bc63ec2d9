import type { Condition } from '../envoy/rbac-condition.ts';

/**
 * Whether a proxy's condition says what was intended: the same tests in any order. A proxy may name a principal in
 * further trust domains (aliases of the mesh), and in its own where a policy says `cluster.local`.
 */
export function meansTheSame(held: Condition, intended: Condition): boolean {
  if (canonical(held) !== canonical(intended)) return false;
  const known = new Set(principals(held));
  return principals(intended).every((name) => known.has(name) || name.startsWith('cluster.local/'));
}

/** The condition without the tests that `isDropped` picks; what is left empty asks for nothing. */
export function withoutTests(condition: Condition, isDropped: (attribute: string) => boolean): Condition {
  switch (condition.op) {
    case 'any':
      return condition;
    case 'test':
      return isDropped(condition.attribute) ? { op: 'any' } : condition;
    case 'not': {
      const item = withoutTests(condition.item, isDropped);
      return item.op === 'any' && condition.item.op !== 'any' ? item : { op: 'not', item };
    }
    default:
      return {
        op: condition.op,
        items: condition.items.map((item) => withoutTests(item, isDropped)),
      };
  }
}

function canonical(condition: Condition): string {
  switch (condition.op) {
    case 'any':
      return 'any';
    case 'test':
      return JSON.stringify([
        condition.attribute.toLowerCase(),
        valueText(condition.attribute, condition.value),
      ]);
    case 'not':
      return `not ${canonical(condition.item)}`;
    default: {
      const { op } = condition;
      const parts = new Set(condition.items.flatMap((item) => partsOf(op, item)));
      if (op === 'and') parts.delete('any');
      if (op === 'or' && parts.has('any')) return 'any';
      if (parts.size === 0) return op === 'and' ? 'any' : 'nothing';
      const sorted = [...parts].sort();
      return sorted.length === 1 ? (sorted[0] ?? '') : `${op}(${sorted.join(' ')})`;
    }
  }
}

/** `or` within `or` and `and` within `and` are one list. */
function partsOf(op: 'and' | 'or', item: Condition): string[] {
  return item.op === op ? item.items.flatMap((inner) => partsOf(op, inner)) : [canonical(item)];
}

function valueText(attribute: string, value: string): string {
  if (attribute === 'principal') return principalText(value).replace(/^[^/*]+\/ns\//, '/ns/');
  if (attribute === 'host') return value.toLowerCase();
  return attribute.endsWith('ip') ? network(value) : value;
}

/** `*suffix` may stand as a pattern behind `spiffe://`. */
function principalText(value: string): string {
  const suffix = /^~(?:spiffe:\/\/)?\.[*+](.+?)\$?$/.exec(value)?.[1];
  if (suffix !== undefined) return `*${suffix.replace(/\\(.)/g, '$1')}`;
  return value.replace(/^spiffe:\/\//, '');
}

function principals(condition: Condition): string[] {
  if (condition.op === 'any') return [];
  if (condition.op === 'test')
    return condition.attribute === 'principal' ? [principalText(condition.value)] : [];
  return (condition.op === 'not' ? [condition.item] : condition.items).flatMap(principals);
}

/** An IPv4 block by its first address; `10.1.2.3/32` and `10.1.2.3` are the same. */
function network(value: string): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(value);
  if (match === null) return value;
  const bytes = match.slice(1, 5).map(Number);
  const length = Math.min(32, Number(match[5] ?? 32));
  const kept = bytes.map((byte, index) => {
    const bits = Math.max(0, Math.min(8, length - index * 8));
    return byte & (0xff << (8 - bits));
  });
  return `${kept.map((byte) => byte & 0xff).join('.')}/${length}`;
}
