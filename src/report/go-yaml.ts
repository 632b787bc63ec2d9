import { asObject } from '../util/json.ts';
import { STEERING } from '../util/text.ts';

/**
 * A JSON value as the reference's YAML library writes it: keys sorted, lists not indented under their key, long
 * texts folded at column 80, and quotes only where a text would read as something else.
 */
export function goYaml(value: unknown): string {
  const text = node(value, 0, 0);
  return `${text.startsWith('\n') ? text.slice(1) : text.trimStart()}\n`;
}

const MAX_DEPTH = 400;

/** The text of a value that stands behind `key:` or `-`: on the same line after a blank, or on lines of its own. */
function node(value: unknown, indent: number, depth: number): string {
  if (depth > MAX_DEPTH) return ' "(nested too deeply to be shown)"';
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []';
    return value.map((item) => `\n${pad(indent)}-${listItem(item, indent, depth)}`).join('');
  }
  const object = asObject(value);
  if (object === undefined) return ` ${scalar(value, indent)}`;
  const keys = Object.keys(object).sort(compareNaturally);
  if (keys.length === 0) return ' {}';
  return keys.map((key) => `\n${pad(indent)}${member(key, object[key], indent, depth)}`).join('');
}

const isDigit = (char: string | undefined): boolean => char !== undefined && /\p{Nd}/u.test(char);
const isLetter = (char: string): boolean => /\p{L}/u.test(char);

/**
 * The library's order of keys: numbers inside names by value, letters behind other characters (in front of them where
 * a number has just ended).
 */
function compareNaturally(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a[at] === b[at]) at++;
  const [x, y] = [a[at], b[at]];
  if (x === undefined || y === undefined) return a.length - b.length;
  const byCode = (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
  if (isLetter(x) && isLetter(y)) return byCode;
  if (isLetter(x) || isLetter(y)) return isLetter(x) === isDigit(a[at - 1]) ? -1 : 1;
  const [first, second] = [digitsFrom(a, at), digitsFrom(b, at)];
  const inside = (x === '0' || y === '0') && endsInNumber(a.slice(0, at)) ? '1' : '';
  return Number(inside + first) - Number(inside + second) || first.length - second.length || byCode;
}

function digitsFrom(chars: readonly string[], start: number): string {
  let end = start;
  while (isDigit(chars[end])) end++;
  return chars.slice(start, end).join('');
}

/** Whether the text ends in digits that are not all zero: then a following 0 counts. */
function endsInNumber(chars: readonly string[]): boolean {
  return /[1-9]\d*$/.test(chars.join(''));
}

/** A map in a list begins on the dash's line. */
function listItem(item: unknown, indent: number, depth: number): string {
  const text = node(item, indent + 2, depth + 1);
  return text.startsWith('\n') ? ` ${text.slice(1 + indent + 2)}` : text;
}

function member(key: string, value: unknown, indent: number, depth: number): string {
  const name = scalar(key, indent);
  if (Array.isArray(value)) return `${name}:${node(value, indent, depth + 1)}`;
  if (typeof value === 'string') return `${name}: ${scalar(value, indent + 2, indent + name.length + 2)}`;
  return `${name}:${node(value, indent + 2, depth + 1)}`;
}

function pad(indent: number): string {
  return ' '.repeat(indent);
}

function scalar(value: unknown, indent: number, column = indent): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  if (value === '') return '""';
  if (readsAsOther(value) || SPECIAL.test(value)) return doubleQuoted(value, indent, column);
  if (value.includes('\n')) {
    const blanksAtEnds = / \n|\n |\s$|^\s/.test(value.replace(/\n$/, ''));
    return blanksAtEnds ? doubleQuoted(value, indent, column) : literal(value, indent);
  }
  return plainAllowed(value) ? folded(value, '', indent, column) : singleQuoted(value, indent, column);
}

/** What a reader would take for a bool, null, number (also with a base or in base 60) or time. */
const OTHER_THAN_TEXT: readonly RegExp[] = [
  /^(?:~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|<<)$/,
  /^[-+]?(?:\.\d+|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/,
  /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
  /^[-+]?0(?:x[\da-fA-F_]+|o?[0-7_]+|b[01_]+)$/,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{1,2})?))?)?$/,
];

function readsAsOther(text: string): boolean {
  return OTHER_THAN_TEXT.some((pattern) => pattern.test(text));
}

/** What YAML may not hold raw, and what steers a terminal (this the library writes raw). */
const SPECIAL = new RegExp(`[\\u0000-\\u0009\\u000b-\\u001f${STEERING}]`);

function plainAllowed(text: string): boolean {
  if (/^\s|\s$/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/^[,[\]{}#&*!|>'"%@`]/.test(text) || /^[-?:](?:\s|$)/.test(text)) return false;
  return !/:(?:\s|$)|\s#/.test(text);
}

const WIDTH = 80;

/** Breaks at single blanks behind column 80, as the library's writer does. */
function folded(text: string, quote: string, indent: number, start: number): string {
  let out = quote;
  let column = start + quote.length;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    const single = char === ' ' && text[i + 1] !== ' ' && text[i - 1] !== ' ' && i > 0 && i < text.length - 1;
    if (single && column > WIDTH) {
      out += `\n${pad(indent)}`;
      column = indent;
      continue;
    }
    out += char;
    column += 1;
  }
  return out + quote;
}

function singleQuoted(text: string, indent: number, column: number): string {
  return folded(text.replace(/'/g, "''"), "'", indent, column);
}

function literal(text: string, indent: number): string {
  const keep = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  return `|${keep}\n${lines.map((line) => (line === '' ? '' : pad(Math.max(indent, 2)) + line)).join('\n')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** A break in the middle of a run of blanks is followed by `\`, so that the blanks are kept. */
function doubleQuoted(text: string, indent: number, start: number): string {
  let out = '"';
  let column = start + 1;
  let spaces = false;
  const chars = [...text];
  for (const [i, char] of chars.entries()) {
    if (char === ' ' && !spaces && column > WIDTH && i > 0 && i < chars.length - 1) {
      out += `\n${pad(indent)}`;
      column = indent;
      if (chars[i + 1] === ' ') {
        out += '\\';
        column += 1;
      }
      spaces = true;
      continue;
    }
    const piece = escaped(char);
    out += piece;
    column += piece.length;
    spaces = char === ' ';
  }
  return `${out}"`;
}

function escaped(char: string): string {
  const named = ESCAPES[char];
  if (named !== undefined) return named;
  if (!SPECIAL.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
