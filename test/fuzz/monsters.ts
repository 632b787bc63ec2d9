/** What no page should be, the same for all kinds of pages. */
export const MONSTERS: Readonly<Record<string, string>> = {
  nothing: '',
  null: 'null',
  'a number': '1e999',
  'a text': '"\\u001b[2J\\u202e"',
  'a deep list': '['.repeat(200_000) + ']'.repeat(200_000),
  'a deep object': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'the prototype':
    '{"__proto__":{"constructor":1,"toString":null},"constructor":null,"configs":{"__proto__":[]},"workloads":{"__proto__":null},"items":[{"__proto__":{"metadata":null}}]}',
  'one long line': 'x'.repeat(5_000_000),
  'many lines': 'a: 1\n'.repeat(400_000),
  'a list of nulls': `[${'null,'.repeat(200_000)}null]`,
  'bytes that are no text': '\u0000\ufffd\u0007'.repeat(10_000),
};
