/** Whether a character, by its code point, is among those of a class. */
export type TakesCode = (code: number) => boolean;

const DIGIT: TakesCode = (code) => code >= 48 && code <= 57;
const SPACE: TakesCode = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);
/** `\w`: ASCII letters, digits and `_`. */
export const WORD: TakesCode = (code) =>
  DIGIT(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;

const not =
  (accepts: TakesCode): TakesCode =>
  (code) =>
    !accepts(code);

/** The classes with a name of one letter: `\d` and so on. */
export const NAMED: Readonly<Record<string, TakesCode>> = {
  __proto__: null as never,
  d: DIGIT,
  D: not(DIGIT),
  s: SPACE,
  S: not(SPACE),
  w: WORD,
  W: not(WORD),
};

const inside = (ranges: string): TakesCode => {
  const pattern = new RegExp(`^[${ranges}]$`);
  return (code) => code < 128 && pattern.test(String.fromCharCode(code));
};

const POSIX: Readonly<Record<string, TakesCode>> = {
  __proto__: null as never,
  alnum: inside('0-9A-Za-z'),
  alpha: inside('A-Za-z'),
  blank: inside('\\t '),
  digit: DIGIT,
  lower: inside('a-z'),
  punct: inside('!-\\/:-@[-`{-~'),
  space: inside('\\s'),
  upper: inside('A-Z'),
  word: WORD,
  xdigit: inside('0-9A-Fa-f'),
};

const CONTROL: Readonly<Record<string, number>> = {
  __proto__: null as never,
  a: 7,
  f: 12,
  t: 9,
  n: 10,
  r: 13,
  v: 11,
};

/** The character that the escape with its letter at `at` stands for, and where it ends; `undefined` for none. */
export function escapedCode(
  text: string,
  at: number,
): { readonly code: number; readonly end: number } | undefined {
  const hex = /x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y;
  hex.lastIndex = at;
  const match = hex.exec(text);
  if (match !== null) {
    const code = Number.parseInt(match[1] ?? match[2] ?? '', 16);
    return code > 0x10ffff ? undefined : { code, end: at + match[0].length };
  }
  const char = text[at] ?? '';
  const control = CONTROL[char];
  if (control !== undefined) return { code: control, end: at + 1 };
  return /[^0-9A-Za-z\s]/.test(char) ? { code: char.charCodeAt(0), end: at + 1 } : undefined;
}

/** Why a text is no pattern of RE2. */
export class RegexpFault extends Error {}

function fault(message: string): never {
  throw new RegexpFault(message);
}

/** The class whose text begins behind `[` at `start`; `moveTo` is told where it ends. Throws `RegexpFault`. */
export function classSet(
  text: string,
  start: number,
  ignoreCase: boolean,
  moveTo: (end: number) => void,
): TakesCode {
  let at = start;
  const negated = text[at] === '^';
  if (negated) at += 1;
  const parts: TakesCode[] = [];
  for (let first = true; first || text[at] !== ']'; first = false) {
    if (at >= text.length) fault('a "[" has no "]" behind it');
    const whole = wholeClass(text, at);
    if (whole !== undefined) {
      parts.push(whole.accepts);
      at = whole.end;
      continue;
    }
    const low = member(text, at);
    const isRange = text[low.end] === '-' && text[low.end + 1] !== ']';
    const high = isRange ? member(text, low.end + 1) : low;
    if (high.code < low.code) fault('a range of characters is the wrong way round');
    parts.push((code) => code >= low.code && code <= high.code);
    at = high.end;
  }
  moveTo(at + 1);
  const accepts: TakesCode = (code) => parts.some((part) => part(code));
  const folded: TakesCode = ignoreCase ? (code) => eitherCase(code).some(accepts) : accepts;
  return negated ? not(folded) : folded;
}

function wholeClass(text: string, at: number): { accepts: TakesCode; end: number } | undefined {
  const named = text[at] === '\\' ? NAMED[text[at + 1] ?? ''] : undefined;
  if (named !== undefined) return { accepts: named, end: at + 2 };
  const posix = /\[:(\^?)(\w+):\]/y;
  posix.lastIndex = at;
  const match = posix.exec(text);
  if (match === null) return undefined;
  const accepts = POSIX[match[2] ?? ''] ?? fault(`there is no class ${match[0]}`);
  return { accepts: match[1] === '^' ? not(accepts) : accepts, end: at + match[0].length };
}

function member(text: string, at: number): { readonly code: number; readonly end: number } {
  if (text[at] === '\\')
    return escapedCode(text, at + 1) ?? fault(`\\${text[at + 1] ?? ''} stands for nothing`);
  const code = text.codePointAt(at) ?? fault('a "[" has no "]" behind it');
  return { code, end: at + (code > 0xffff ? 2 : 1) };
}

function eitherCase(code: number): readonly number[] {
  const char = String.fromCodePoint(code);
  return [code, char.toLowerCase().codePointAt(0) ?? code, char.toUpperCase().codePointAt(0) ?? code];
}
