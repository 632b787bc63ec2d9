import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MeshscopeError } from '../../../src/util/errors.ts';
import { limitJsonMemory, tooManyValues } from '../../../src/util/json-cost.ts';
import { findJsonFault, lineColumn } from '../../../src/util/json-position.ts';
import { loadJson } from '../../../src/util/load-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function errorOf(input: Uint8Array): MeshscopeError {
  try {
    loadJson(input, 'dump.json');
  } catch (cause) {
    if (cause instanceof MeshscopeError) return cause;
    throw cause;
  }
  throw new Error('no error');
}

describe('loadJson reads', () => {
  test('UTF-8 with a byte order mark, and UTF-16 as PowerShell writes it', () => {
    expect(loadJson(bytes('\ufeff{"a":"é"}'), 'x')).toEqual({ a: 'é' });
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"a":"é"}', 'utf16le')]);
    expect(loadJson(utf16, 'x')).toEqual({ a: 'é' });
  });

  test('whatever JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(loadJson(bytes(text), 'x')).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('loadJson names the place', () => {
  const cases: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    [
      'of a comma too many',
      '{\n "a": 1,\n}',
      /^dump\.json:3:1: not valid JSON: found "}" where a key in double quotes/,
    ],
    ['of a missing comma', '[1\r\n 2]', /^dump\.json:2:2: .*found "2" where ',' or ']' was expected/],
    ['of a missing colon', '{"a" 1}', /:1:6: .*':' after the key/],
    ['of a line break in a string', '{"a": "b\nc"}', /:1:9: .*the end of the string/],
    ['of a bad escape', '["\\x"]', /:1:3: .*a valid escape/],
    ['of a second document', '{}\n{}', /:2:1: .*found "{" where the end of the text was expected/],
    ['of a number with a leading zero', '[01]', /:1:3:/],
    ['where a cut-off text ends', '{"configs": [{"a":', /:1:19: .*the text ends where a value was expected/],
    ['where a cut-off string ends', '{"configs": "ab', /:1:16: .*the text ends where the end of the string/],
  ];
  for (const [what, text, message] of cases) {
    test(what, () => {
      const error = errorOf(bytes(text));
      expect(error.message).toMatch(message);
      expect(error.exitCode).toBe(65);
    });
  }

  test('and says of a cut-off file that it is one', () => {
    expect(errorOf(bytes('{"a": tru')).hint).toContain('cut off');
    expect(errorOf(bytes('{"a": tri}')).hint).toBeUndefined();
  });

  test('and shows what is near, but no keys and no control characters', () => {
    const [near] = errorOf(bytes(`{"token": "eyJhbGciOiJSUzI1NiIsImtpZCI6IkRIRmJwb0l1c", \u001b[2J}`)).lines;
    expect(near?.[1]).toContain('…');
    expect(near?.[1]).not.toContain('eyJhb');
    expect(near?.[1]).not.toContain('\u001b');
  });
});

describe('loadJson shows near a fault', () => {
  const cases: readonly (readonly [what: string, text: string, near: string])[] = [
    [
      'keys and structure, no texts',
      '{"password": "hunter2", "port": 80,}',
      '{"password": "…", "port": 80,}',
    ],
    ['nothing of a text with a quote too many', '{"password": "hunt"er2"}', '{"password": "…"…"}'],
    [
      'nothing of a text that begins long before',
      `{"password": "${'a b '.repeat(40)}hunter2", "x" 1}`,
      '"…", "…" 1}',
    ],
  ];
  test.each(cases)('%s', (_, text, near) => {
    expect(errorOf(bytes(text)).lines).toEqual([['near', near]]);
  });
});

describe('loadJson refuses what would take all memory', () => {
  beforeAll(() => limitJsonMemory(64 * 1024 * 1024));
  afterAll(() => limitJsonMemory(Number.POSITIVE_INFINITY));
  const many = (piece: string): Uint8Array => Buffer.alloc(2_000_000 * piece.length, piece);

  test.each(['[', '{},', '0,'])('many of %s', (piece) => {
    const { message, exitCode, hint } = errorOf(many(piece));
    expect({ message, exitCode }).toEqual({
      message: expect.stringMatching(
        /^dump\.json is refused: its \d+\.\d million values may need more memory/,
      ),
      exitCode: 65,
    });
    expect(hint).toContain('--max-old-space-size');
  });
});

describe('tooManyValues', () => {
  const MiB = 1024 * 1024;
  /** A list of at least that many characters. */
  const listOf = (length: number, item: (index: number) => string): string => {
    const items: string[] = [];
    for (let size = 0; size < length; size += items.at(-1)?.length ?? 1) items.push(item(items.length));
    return `[${items.join()}]`;
  };
  const endpoint = (index: number): string =>
    `{"endpoint": {"address": {"socket_address": {"address": "10.0.0.${index % 250}", "port_value": 8080}}}, "weight": 1}`;

  test('lets a dump of many alike values pass with seven times its size in memory', () => {
    const text = listOf(20 * MiB, endpoint);
    expect(tooManyValues(text, 7 * text.length)).toBeUndefined();
    expect(tooManyValues(text, 3 * text.length)).toBeGreaterThan(1_000_000);
  });

  test('tells objects of a shape of their own, and with an index for a key, from those alike', () => {
    const mostBytes = 60 * MiB;
    const own = listOf(2 * MiB, (index) => `{"k${index.toString(36)}":0}`);
    const alike = listOf(2 * MiB, () => '{"kabcd":0}');
    const indexed = listOf(2 * MiB, () => '{"29":0}');
    expect(tooManyValues(own, mostBytes)).toBeDefined();
    expect(tooManyValues(indexed, mostBytes)).toBeDefined();
    expect(tooManyValues(alike, mostBytes)).toBeUndefined();
  });

  test('counts what is outside of texts alone', () => {
    expect(tooManyValues('[1, [2, {"a,[": "b\\",[[", "c": 3}]]', 0)).toBe(7);
    expect(tooManyValues('["a\\",[[{,", 1]', 0)).toBe(3);
    expect(tooManyValues('["never closed, [', 0)).toBe(2);
    expect(tooManyValues('[1]', 1000)).toBeUndefined();
  });
});

describe('loadJson says what a file is instead', () => {
  const cases: readonly (readonly [what: string, input: Uint8Array, message: string])[] = [
    ['nothing', bytes(' \n '), 'dump.json is empty'],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0]), 'compressed with gzip'],
    ['zip', bytes('PK\u0003\u0004'), 'a zip archive'],
    ['YAML', bytes('apiVersion: v1\nkind: Pod\n'), 'YAML'],
    ['a YAML document', bytes('---\na: 1\n'), 'YAML'],
    ['HTML', bytes('<!DOCTYPE html><html>'), 'HTML'],
    ['a log', bytes('2026-11-23T01:38:01.087845Z\tinfo\tstarting'), 'a log'],
    [
      'an error message',
      bytes('Error from server (NotFound): pods "x" not found'),
      'an error message: Error from server',
    ],
  ];
  for (const [what, input, message] of cases) {
    test(what, () => {
      expect(errorOf(input).message).toContain(message);
    });
  }
});

describe('findJsonFault', () => {
  test('finds a fault exactly where JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0.5e3',
      'true',
      'nul',
      ' ',
      '\n',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let refused = false;
        try {
          JSON.parse(text);
        } catch {
          refused = true;
        }
        expect(findJsonFault(text) !== undefined).toBe(refused);
      }),
      { numRuns: 3000 },
    );
  });

  test('does not run out of stack', () => {
    expect(findJsonFault('['.repeat(300_000))).toMatchObject({ offset: 300_000, truncated: true });
  });
});

test('lineColumn counts lines and columns from one', () => {
  expect(lineColumn('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
  expect(lineColumn('ab\ncd', 2)).toEqual({ line: 1, column: 3 });
  expect(lineColumn('ab\ncd', 3)).toEqual({ line: 2, column: 1 });
  expect(lineColumn('ab\r\n\r\ncd', 7)).toEqual({ line: 3, column: 2 });
});
