import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDebugPage } from '../../../src/commands/internal-debug/page-argument.ts';
import { istiodPage } from '../../../src/sources/cluster/istiod-page.ts';
import { xdsQuestion } from '../../../src/sources/cluster/xds/xds-request.ts';
import { DEBUG_PAGES } from '../../../src/sources/debug-pages.ts';

describe('a debug page', () => {
  test.each([
    ['syncz', { name: 'syncz' }],
    ['/debug/syncz?pretty', { name: 'syncz' }],
    ['syncz?namespace=shop', { name: 'syncz', query: { namespace: 'shop' } }],
    ['edsz?proxyID=cart.v1.shop', { name: 'edsz', proxy: { name: 'cart.v1', namespace: 'shop' } }],
    [
      'config_dump?proxyID=a.b&include_eds',
      { name: 'config_dump', proxy: { name: 'a', namespace: 'b' }, query: { include_eds: '' } },
    ],
  ])('%s is understood', (text, question) => {
    expect(parseDebugPage(text)).toEqual(question);
  });

  test.each([
    ['force_disconnect?proxyID=a.b', 'does more than read'],
    ['pprof/heap', 'does more than read'],
    ['adsz?push=true', 'is not asked with "push"'],
    ['cachez?clear=true', 'it takes sizes'],
    ['registryz?proxyID=a.b', 'it takes none'],
    ['edsz', 'is about one proxy'],
    ['edsz?proxyID=cart', 'POD.NAMESPACE'],
    ['sinc', 'no debug page "sinc"'],
    ['', 'no debug page ""'],
    ['__proto__', 'no debug page'],
    ['constructor', 'no debug page'],
    ['syncz/../force_disconnect', 'no debug page'],
  ])('%s is refused', (text, reason) => {
    expect(() => parseDebugPage(text)).toThrow(reason);
  });

  test('whatever it is called, only pages and parameters of the list are ever asked for', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'syncz',
        'adsz',
        'push=true',
        'clear=true',
        '?',
        '&',
        '=',
        '/',
        '..',
        '%2e',
        'force_disconnect',
        'proxyID=a.b',
        '#',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        let question: ReturnType<typeof parseDebugPage>;
        try {
          question = parseDebugPage(pieces.join(''));
        } catch {
          return;
        }
        const page = istiodPage({ channel: 'debug', ...question });
        const path = typeof page === 'string' ? page : page.path;
        const overXds = xdsQuestion({ channel: 'debug', ...question });
        const resource = typeof overXds === 'string' ? overXds : overXds.resource;
        expect(path).toBe(`/debug/${resource}`);
        const { pathname, searchParams } = new URL(path, 'http://istiod');
        expect(Object.keys(DEBUG_PAGES)).toContain(pathname.replace('/debug/', ''));
        for (const key of searchParams.keys()) expect(['push', 'clear']).not.toContain(key);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the source itself', () => {
  test('refuses a page or a parameter that may change something, whoever asks', () => {
    expect(istiodPage({ channel: 'debug', name: 'adsz', query: { push: 'true' } })).toContain(
      'not asked with "push"',
    );
    expect(istiodPage({ channel: 'debug', name: 'force_disconnect' })).toContain(
      'not one of the debug pages',
    );
    expect(xdsQuestion({ channel: 'debug', name: 'cachez', query: { clear: 'true' } })).toContain('"clear"');
    expect(xdsQuestion({ channel: 'xds', name: 'force_disconnect' })).toContain('not one of the debug pages');
    expect(xdsQuestion({ channel: 'metrics', name: 'metrics' })).toContain("can't be asked over xDS");
  });
});
