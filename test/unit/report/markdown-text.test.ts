import { describe, expect, it } from 'vitest';
import { plain } from '../../../src/report/markdown-text.ts';

describe('text of others in markdown', () => {
  it.each([
    ['www.evil.example', 'www&#46;evil.example'],
    ['see WWW.evil.example', 'see WWW&#46;evil.example'],
    ['https://evil.example', 'https:&#47;&#47;evil.example'],
    ['[a](b)', '\\[a\\](b)'],
    ['@somebody', '&#64;somebody'],
  ])('%s is no link and no mention', (text, written) => {
    expect(plain(text)).toBe(written);
  });

  it.each([
    ['# shop', '\\# shop'],
    ['- shop', '\\- shop'],
    ['+ shop', '\\+ shop'],
    ['---', '\\---'],
    ['===', '\\==='],
    ['1. shop', '1\\. shop'],
    ['12) shop', '12\\) shop'],
    ['> shop', '&gt; shop'],
  ])('%s begins nothing', (text, written) => {
    expect(plain(text)).toBe(written);
  });

  it('stays readable where nothing would happen', () => {
    for (const text of ['1.32-alpha × 2', 'cart-v1-db9689b57-djzwj.shop', '5 proxies', 'awww.example'])
      expect(plain(text)).toBe(text);
  });

  it('stays on one line and in one cell', () => {
    expect(plain('a\nb | c')).toBe('a\\\\nb \\| c');
  });
});
