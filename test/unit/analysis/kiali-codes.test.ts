import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../analyzers/index.ts';
import { KIALI_CODES } from '../../../src/analysis/kiali-codes.ts';

test('all 73 codes of Kiali are listed', () => {
  expect(Object.keys(KIALI_CODES)).toHaveLength(73);
  for (const code of Object.keys(KIALI_CODES)) expect(code).toMatch(/^KIA\d{4}$/);
});

test.each(Object.entries(KIALI_CODES))(
  '%s is found by codes that are reported, or has a reason',
  (_, { codes, note }) => {
    for (const code of codes) expect(CATALOGUE[code], code).toMatchObject({ name: expect.any(String) });
    for (const code of codes) expect(CATALOGUE[code]?.retired, code).toBeUndefined();
    if (codes.length === 0) expect(note).toMatch(/^[a-z].{20,}[^.]$/);
  },
);
