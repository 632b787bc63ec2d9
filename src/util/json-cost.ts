/** Memory of one value of parsed JSON in bytes, at the most (measured: 57, an empty list in a list of its own). */
const VALUE_BYTES = 64;
/** What a value takes besides that gives an object a shape that none had before, or an index (measured: 217). */
const DEAR_BYTES = 250;
/** No character of a text leads to more than this. */
const MOST_BYTES_A_CHAR = 100;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const LIST = 91;
const LIST_END = 93;
const OBJECT = 123;
const OBJECT_END = 125;

let memory = Number.POSITIVE_INFINITY;

/** Tells how many bytes the engine may take, once at the start of a process: before that nothing is refused. */
export function limitJsonMemory(bytes: number): void {
  memory = bytes;
}

/**
 * How many values a text of JSON holds when they may take more memory than there is, else `undefined`. A parser that
 * runs out of memory ends the whole process, and a few megabytes of `[[[[` can take gigabytes; real dumps take three to
 * five times their size. `mostBytes`: the memory that there is; as `limitJsonMemory` was told when absent.
 */
export function tooManyValues(text: string, mostBytes = memory): number | undefined {
  // Nearly every text is short enough not to be looked at.
  if (text.length * MOST_BYTES_A_CHAR <= mostBytes) return undefined;
  const { values, charBytes } = countValues(text);
  // The text itself, and those in it once more.
  const cost = 2 * text.length * charBytes + values * VALUE_BYTES;
  if (cost > mostBytes) return values;
  if (cost + values * DEAR_BYTES <= mostBytes) return undefined;
  return cost + countDear(text) * DEAR_BYTES > mostBytes ? values : undefined;
}

/** Each value but the first of a list or an object follows a comma, and each first one an opening bracket. */
function countValues(text: string): { readonly values: number; readonly charBytes: 1 | 2 } {
  let values = 1;
  let all = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    all |= char;
    if (char === QUOTE) isText = !isText;
    else if (isText) at += char === BACKSLASH ? 1 : 0;
    else if (char === COMMA || char === LIST || char === OBJECT) values++;
  }
  return { values, charBytes: all > 0xff ? 2 : 1 };
}

/** Bits that remember the shapes of objects. Real dumps have some thousand shapes. */
const SHAPE_BITS = 2 ** 22;
const LIST_SHAPE = 0;

/** How many values give an object a shape that none had before, or look like an index. */
function countDear(text: string): number {
  const seen = new Uint32Array(SHAPE_BITS / 32);
  const open: number[] = [];
  let dear = 0;
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = closingQuote(text, at + 1);
      if (isKey) {
        const shape = shapeWith(open.at(-1) ?? LIST_SHAPE, text, at + 1, end);
        open[open.length - 1] = shape;
        // From some number on two shapes would too often pass for the same.
        if (isNew(seen, shape) || isIndex(text, at + 1) || dear > SHAPE_BITS / 4) dear++;
      }
      isKey = false;
      at = end;
    } else if (char === OBJECT || char === LIST) {
      isKey = char === OBJECT;
      open.push(isKey ? 1 : LIST_SHAPE);
    } else if (char === OBJECT_END || char === LIST_END) open.pop();
    else if (char === COMMA) isKey = (open.at(-1) ?? LIST_SHAPE) !== LIST_SHAPE;
  }
  return dear;
}

/** The shape of an object after one more key: a hash (FNV-1a) of its keys in their order. */
function shapeWith(shape: number, text: string, start: number, end: number): number {
  let hash = shape;
  for (let at = start; at <= end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return hash === LIST_SHAPE ? 1 : hash;
}

function isNew(seen: Uint32Array, shape: number): boolean {
  const bit = (shape ^ (shape >>> 15)) & (SHAPE_BITS - 1);
  const word = bit >>> 5;
  const mask = 1 << (bit & 31);
  if (((seen[word] ?? 0) & mask) !== 0) return false;
  seen[word] = (seen[word] ?? 0) | mask;
  return true;
}

function isIndex(text: string, at: number): boolean {
  const char = text.charCodeAt(at);
  return char >= 48 && char <= 57;
}

/** Where the quote stands that ends a text of JSON which begins at `start`; the end of all where none does. */
export function closingQuote(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at++;
    else if (char === QUOTE) return at;
  }
  return text.length;
}
