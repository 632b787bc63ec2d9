import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asIs, lines, markup } from '../../../../src/report/html-page/markup.ts';
import { embeddedJson, pageText } from '../../../../src/report/html-page/page.ts';

const hostile = fc.string({
  unit: fc.constantFrom(...'<>&"\'`/\\!-=\u2028\u2029\u0000\n\t', 'script', 'a', '--', ']]>', '\ud800'),
});

const DANGEROUS = [...'<>"\'`\u2028\u2029\u0000'];

describe('a piece of a page', () => {
  it('holds no text that could end an element, an attribute or a comment', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const made = markup`${text}`.text;
        expect(DANGEROUS.filter((char) => made.includes(char))).toEqual([]);
        expect(made.replace(/&#\d+;/g, '')).not.toContain('&');
        expect(DANGEROUS.filter((char) => lines(text).text.includes(char))).toEqual([]);
      }),
    );
  });

  it('takes pieces as they are, lists of them one after the other, and nothing for nothing', () => {
    const items = ['<a>', 'b'].map((text) => markup`<li>${text}</li>`);
    expect(markup`<ul>${items}</ul>${undefined}${3}`.text).toBe('<ul><li>&#60;a&#62;</li><li>b</li></ul>3');
  });

  it('keeps the breaks of a text of several lines', () => {
    expect(lines('a\nb <c>').text).toBe('a\nb &#60;c&#62;');
    expect(markup`${'a\nb'}`.text).toBe('a\\nb');
  });
});

describe('data in a page', () => {
  it('is read back as it was, and can not end its element or begin another', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (data) => {
        const { text } = embeddedJson(data);
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});

describe('a page', () => {
  const page = pageText({
    title: '</title><script>',
    styles: ['p { color: red }'],
    modules: ["import { a } from './a.js';\nexport const b = 1;\n"],
    body: asIs('<p>body</p>'),
    data: { name: '</script><!--' },
  });

  it('allows its own script and style by their hashes and nothing else', () => {
    expect(page).toMatch(
      /content="default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"/,
    );
  });

  it('is one script without modules, beside its data', () => {
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toContain('import {');
    expect(page).toContain('\nconst b = 1;');
    expect(page).toContain('<title>&#60;/title&#62;&#60;script&#62;</title>');
  });
});
