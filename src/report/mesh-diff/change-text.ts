import type { FieldChange } from '../../answers/mesh-diff/shown-changes.ts';

const VALUE_LENGTH = 60;
const PATH_LENGTH = 120;
/** How much of a long text is shown in front of where it differs. */
const BEFORE = 15;

/** A field that differs, on one line: `spec.replicas: 2 → 3`. Of long texts the place where they differ. */
export function changeText({ path, change, from, to, secret }: FieldChange, whole: boolean): string {
  const at = whole ? path : shortPath(path);
  if (secret) return `${at}: ${change === 'changed' ? 'another value' : change} (secret)`;
  if (change === 'moved') return `${at}: in another order`;
  if (change === 'added') return `${at}: added ${valueText(to, whole)}`;
  if (change === 'removed') return `${at}: removed ${valueText(from, whole)}`;
  if (typeof from === 'string' && typeof to === 'string' && !whole)
    return `${at}: ${differingText(from, to)}`;
  return `${at}: ${valueText(from, whole)} → ${valueText(to, whole)}`;
}

/** Where it begins and, above all, where it ends. */
function shortPath(path: string): string {
  return path.length > PATH_LENGTH ? `${path.slice(0, 40)}…${path.slice(41 - PATH_LENGTH)}` : path;
}

function valueText(value: unknown, whole: boolean): string {
  const isPart = typeof value === 'object' && value !== null;
  const text = isPart && !whole ? sizeText(value) : (JSON.stringify(value) ?? 'none');
  return whole ? text : cut(text);
}

function cut(text: string): string {
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH - 1)}…` : text;
}

/** Small maps are shown, large ones only by their fields, lists by their length. */
function sizeText(value: object): string {
  const whole = JSON.stringify(value);
  if (whole.length <= VALUE_LENGTH) return whole;
  if (Array.isArray(value)) return `[${value.length} elements]`;
  return `{${Object.keys(value).join(', ')}}`;
}

function differingText(from: string, to: string): string {
  if (from.includes('\n') || to.includes('\n')) return differingLines(from.split('\n'), to.split('\n'));
  const start = from.length <= VALUE_LENGTH && to.length <= VALUE_LENGTH ? 0 : commonStart(from, to) - BEFORE;
  return `${excerpt(from, start)} → ${excerpt(to, start)}`;
}

function excerpt(text: string, start: number): string {
  return cut(JSON.stringify(start <= 0 ? text : `…${text.slice(start)}`));
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** The first line that differs, and how many lines there are. */
function differingLines(from: readonly string[], to: readonly string[]): string {
  let first = 0;
  while (first < from.length && from[first] === to[first]) first++;
  let end = 0;
  const most = Math.min(from.length, to.length) - first;
  while (end < most && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  const [gone, come] = [from.slice(first, from.length - end), to.slice(first, to.length - end)];
  const texts = [gone[0]?.trim(), come[0]?.trim()].map((text) =>
    text === undefined ? 'nothing' : cut(JSON.stringify(text)),
  );
  const many = Math.max(gone.length, come.length);
  const more = many > 1 ? ` (and ${many - 1} more ${many === 2 ? 'line' : 'lines'})` : '';
  return `line ${first + 1}: ${texts.join(' → ')}${more}`;
}
