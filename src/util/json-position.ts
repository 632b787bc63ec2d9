/** A place in a text; both count from 1, columns in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Where a text stops being JSON: the offset, and what was found where what was needed. */
export interface JsonFault {
  readonly offset: number;
  readonly problem: string;
  /** The text ended inside a value: it was cut off, or nothing but the beginning was saved. */
  readonly truncated: boolean;
}

/** Line and column of an offset; a carriage return before a line feed belongs to the line it ends. */
export function lineColumn(text: string, offset: number): LineColumn {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold raw control characters
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * The first fault of a text that `JSON.parse` refused (RFC 8259), or `undefined` when it is JSON after all. Needed
 * because the messages of `JSON.parse` differ between engines and often name no position. Does not recurse.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  return new Scanner(text).scan();
}

type State = 'value' | 'first-key' | 'key' | 'first-item' | 'after';

class Scanner {
  private at = 0;
  private readonly open: ('{' | '[')[] = [];
  private state: State = 'value';

  constructor(private readonly text: string) {}

  scan(): JsonFault | undefined {
    for (;;) {
      this.take(SPACE);
      if (this.state === 'after' && this.open.length === 0) {
        return this.at === this.text.length ? undefined : this.fault('the end of the text');
      }
      const fault = this.step();
      if (fault !== undefined) return fault;
    }
  }

  private step(): JsonFault | undefined {
    const char = this.text[this.at];
    switch (this.state) {
      case 'first-key':
      case 'key':
        if (char === '}' && this.state === 'first-key') return this.close();
        return this.key(char);
      case 'after':
        return this.separator(char);
      case 'first-item':
        if (char === ']') return this.close();
        return this.value(char);
      case 'value':
        return this.value(char);
    }
  }

  private key(char: string | undefined): JsonFault | undefined {
    if (char !== '"') return this.fault('a key in double quotes');
    const fault = this.string();
    if (fault !== undefined) return fault;
    this.take(SPACE);
    if (this.text[this.at] !== ':') return this.fault("':' after the key");
    this.at += 1;
    this.state = 'value';
    return undefined;
  }

  private separator(char: string | undefined): JsonFault | undefined {
    const inObject = this.open.at(-1) === '{';
    if (char === ',') {
      this.at += 1;
      this.state = inObject ? 'key' : 'value';
      return undefined;
    }
    if (char === (inObject ? '}' : ']')) return this.close();
    return this.fault(inObject ? "',' or '}'" : "',' or ']'");
  }

  private value(char: string | undefined): JsonFault | undefined {
    if (char === '{' || char === '[') {
      this.open.push(char);
      this.at += 1;
      this.state = char === '{' ? 'first-key' : 'first-item';
      return undefined;
    }
    this.state = 'after';
    if (char === '"') return this.string();
    if (this.take(NUMBER) || this.take(WORD)) return undefined;
    return this.fault('a value');
  }

  private string(): JsonFault | undefined {
    this.at += 1;
    while (this.take(PLAIN) || this.take(ESCAPE));
    if (this.text[this.at] !== '"') {
      return this.fault(this.text[this.at] === '\\' ? 'a valid escape' : 'the end of the string');
    }
    this.at += 1;
    return undefined;
  }

  private close(): undefined {
    this.open.pop();
    this.at += 1;
    this.state = 'after';
    return undefined;
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null || match[0] === '') return false;
    this.at += match[0].length;
    return true;
  }

  private fault(expected: string): JsonFault {
    const rest = this.text.slice(this.at, this.at + 12);
    const truncated =
      rest === '' || /^(?:-|t|tr|tru|f|fa|fal|fals|n|nu|nul|\\u?[0-9a-fA-F]{0,4})$/.test(rest);
    const found = truncated ? 'the text ends' : `found ${JSON.stringify([...rest][0] ?? '')}`;
    return { offset: this.at, truncated, problem: `${found} where ${expected} was expected` };
  }
}
