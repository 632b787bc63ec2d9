import { classSet, escapedCode, NAMED, RegexpFault, type TakesCode, WORD } from './regexp-classes.ts';

/** What a pattern says, without captures: those make no difference to whether it is found. */
export type RegexpNode =
  | { readonly kind: 'set'; readonly accepts: TakesCode }
  | { readonly kind: 'assert'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly RegexpNode[] }
  | {
      readonly kind: 'repeat';
      readonly item: RegexpNode;
      readonly min: number;
      readonly max: number | undefined;
    };

const MOST_REPEATS = 1000;
const DEEPEST = 200;

/** Reads a pattern in the syntax of RE2. Throws `RegexpFault`. */
export function parseRegexp(pattern: string): RegexpNode {
  const parser = new Parser(pattern);
  const node = parser.choice(0);
  if (!parser.isAtEnd) throw new RegexpFault('a ")" has no "(" before it');
  return node;
}

interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
}

class Parser {
  private at = 0;
  private flags: Flags = { i: false, s: false, m: false };

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  choice(depth: number): RegexpNode {
    if (depth > DEEPEST) throw new RegexpFault('the pattern is nested too deeply');
    const before = this.flags;
    const items = [this.sequence(depth)];
    while (this.eat('|')) items.push(this.sequence(depth));
    this.flags = before;
    return items.length === 1 && items[0] ? items[0] : { kind: 'choice', items };
  }

  private sequence(depth: number): RegexpNode {
    const items: RegexpNode[] = [];
    while (!this.isAtEnd && this.text[this.at] !== '|' && this.text[this.at] !== ')') {
      const item = this.atom(depth);
      if (item !== undefined) items.push(this.repeated(item));
    }
    return { kind: 'sequence', items };
  }

  private repeated(item: RegexpNode): RegexpNode {
    const found = /[*+?]|\{(\d+)(,?)(\d*)\}/y;
    found.lastIndex = this.at;
    const match = found.exec(this.text);
    if (match === null) return item;
    this.at += match[0].length;
    this.eat('?');
    if (/[*+?]/.test(this.text[this.at] ?? ''))
      throw new RegexpFault('two repetitions stand behind each other');
    const [sign, low, comma, high] = match;
    if (low === undefined)
      return { kind: 'repeat', item, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : undefined };
    const min = Number(low);
    const max = comma === '' ? min : high === '' ? undefined : Number(high);
    if (min > MOST_REPEATS || (max ?? 0) > MOST_REPEATS || (max !== undefined && max < min))
      throw new RegexpFault(`the repetition ${sign} is out of range`);
    return { kind: 'repeat', item, min, max };
  }

  private atom(depth: number): RegexpNode | undefined {
    const { i, s, m } = this.flags;
    const code = this.next();
    switch (String.fromCodePoint(code)) {
      case '(':
        return this.group(depth);
      case '[':
        return this.set(
          classSet(this.text, this.at, i, (end) => {
            this.at = end;
          }),
        );
      case '.':
        return this.set((one) => s || one !== 10);
      case '^':
        return assert((text, at) => at === 0 || (m && text[at - 1] === '\n'));
      case '$':
        return assert((text, at) => at === text.length || (m && text[at] === '\n'));
      case '\\':
        return this.escape(i);
      case '*':
      case '+':
      case '?':
        throw new RegexpFault('a repetition has nothing before it');
      default:
        return this.set(literal(code, i));
    }
  }

  private group(depth: number): RegexpNode | undefined {
    const before = this.flags;
    const opening = /\?(?:P?<\w+>|([ims]*)(?:-([ims]+))?([:)]))/y;
    opening.lastIndex = this.at;
    const match = opening.exec(this.text);
    if (match === null && this.text[this.at] === '?')
      throw new RegexpFault('look-around is no part of this syntax');
    this.at += match?.[0].length ?? 0;
    const [, on = '', off = '', end] = match ?? [];
    const has = (flag: keyof Flags): boolean => (before[flag] || on.includes(flag)) && !off.includes(flag);
    this.flags = { i: has('i'), s: has('s'), m: has('m') };
    // Flags alone count for the rest of the group that they stand in.
    if (end === ')') return undefined;
    const inside = this.choice(depth + 1);
    if (!this.eat(')')) throw new RegexpFault('a "(" has no ")" behind it');
    this.flags = before;
    return inside;
  }

  private escape(ignoreCase: boolean): RegexpNode {
    const char = String.fromCodePoint(this.next());
    const named = NAMED[char];
    if (named !== undefined) return this.set(named);
    if (char === 'A') return assert((_, at) => at === 0);
    if (char === 'z') return assert((text, at) => at === text.length);
    if (char === 'b' || char === 'B') return assert((text, at) => isBoundary(text, at) === (char === 'b'));
    if (/[1-9]/.test(char)) throw new RegexpFault('back-references are no part of this syntax');
    const { code, end } = escapedCode(this.text, this.at - char.length) ?? {};
    if (code === undefined || end === undefined) throw new RegexpFault(`\\${char} stands for nothing`);
    this.at = end;
    return this.set(literal(code, ignoreCase));
  }

  private set(accepts: TakesCode): RegexpNode {
    return { kind: 'set', accepts };
  }

  private eat(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private next(): number {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) throw new RegexpFault('the pattern ends behind a backslash');
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }
}

function assert(holds: (text: string, at: number) => boolean): RegexpNode {
  return { kind: 'assert', holds };
}

function literal(code: number, ignoreCase: boolean): TakesCode {
  if (!ignoreCase) return (one) => one === code;
  const lower = String.fromCodePoint(code).toLowerCase();
  return (one) => one === code || String.fromCodePoint(one).toLowerCase() === lower;
}

function isBoundary(text: string, at: number): boolean {
  const before = at > 0 && WORD(text.charCodeAt(at - 1));
  const behind = at < text.length && WORD(text.charCodeAt(at));
  return before !== behind;
}
