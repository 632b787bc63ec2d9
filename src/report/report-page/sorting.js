/** The words of a search, all of which must be found. */
export function wordsOf(text) {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether an item has all words and all values that were chosen. */
export function isWanted({ text, values }, words, chosen) {
  for (const [name, value] of chosen) if (values[name] !== value) return false;
  return words.every((word) => text.includes(word));
}

/** Compares items by their `keys`; what has no key comes last whichever way it goes, and equal ones stay as they were. */
export function compareBy(kind, direction, keys) {
  const sign = direction === 'descending' ? -1 : 1;
  const compare = kind === 'number' ? (a, b) => a - b : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return (a, b) => {
    const [left, right] = [keys.get(a), keys.get(b)];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined) || a.index - b.index;
    }
    return sign * compare(left, right) || a.index - b.index;
  };
}

/** What a cell is sorted by: a number, a text, or nothing. */
export function sortKey(kind, text) {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '-') return undefined;
  if (kind !== 'number') return trimmed.toLowerCase();
  const number = Number(trimmed);
  return Number.isNaN(number) ? undefined : number;
}

/** The state of a column after its title was pressed: up, down, and as the page came. */
export function nextDirection(direction) {
  if (direction === 'ascending') return 'descending';
  return direction === 'descending' ? 'none' : 'ascending';
}
