/** How many places of a JSON value `mutate` can change. */
export function places(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member) => sum + places(member), 1);
}

/** The value with one thing changed: the leaf at that place, or a member of the object or list there. */
export function mutate(value: unknown, place: number, how: 'add' | 'remove'): unknown {
  if (place === 0) return changed(value, how);
  let left = place - 1;
  const members = Object.entries(value as object).map(([key, member]) => {
    const size = places(member);
    const isHere = left >= 0 && left < size;
    const now = isHere ? mutate(member, left, how) : member;
    left -= size;
    return [key, now] as const;
  });
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function changed(value: unknown, how: 'add' | 'remove'): unknown {
  if (typeof value !== 'object' || value === null) return `${JSON.stringify(value)} mutated`;
  const entries = Object.entries(value);
  const kept =
    how === 'remove' && entries.length > 0 ? entries.slice(1) : [...entries, ['mutant', 1] as const];
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept);
}
