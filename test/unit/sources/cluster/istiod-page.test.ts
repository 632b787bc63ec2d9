import { describe, expect, it } from 'vitest';
import { istiodPage } from '../../../../src/sources/cluster/istiod-page.ts';
import { CONTROLZ_TOPICS } from '../../../../src/sources/controlz-topics.ts';
import { CONTROLZ_PAGES, isReadingPage } from '../../../../src/sources/forward/reading-pages.ts';

describe('a topic of ControlZ', () => {
  it.each([
    ['scopes', '/scopej/'],
    ['mem', '/memj/'],
    ['proc', '/procj/'],
    ['env', '/envj/'],
  ])('%s is read as JSON', (name, path) => {
    expect(istiodPage({ channel: 'controlz', name })).toEqual({ port: 9876, path });
  });

  it.each(['signal', 'scopes/ads', 'mem/forcecollection', '../debug/adsz', 'toString', ''])(
    '"%s" is not asked: it acts, or is none',
    (name) => {
      expect(istiodPage({ channel: 'controlz', name })).toBe(
        `"${name}" is no topic of ControlZ that only reads`,
      );
    },
  );

  it('is let through a forward that only reads', () => {
    for (const { path } of Object.values(CONTROLZ_TOPICS))
      expect(isReadingPage(CONTROLZ_PAGES, path), path).toBe(true);
  });
});
