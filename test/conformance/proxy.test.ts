import { describe, test } from 'vitest';
import { Comparison } from './comparison.ts';
import { findCapture, recordings } from './recording.ts';

const comparison = new Comparison('differences.proxy.json', 10);

/** The commands of this part: the rest of the reference's commands have suites of their own. */
function isProxyCommand(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first = '', second = '', third = ''] =
    words[0] === 'x' || words[0] === 'experimental' ? words.slice(1) : words;
  if (['proxy-status', 'ps', 'proxy-config', 'pc', 'rootca-compare'].includes(first)) return true;
  return first === 'authz' && second === 'check' && third !== '';
}

describe.each(['shop', 'bookinfo'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  describe('from dump files', () => {
    test.each(recordings(capture, 'expected-file', () => true))('$id', (recording) =>
      comparison.ofFile(recording, capture),
    );
  });
  describe('live', () => {
    test.each(recordings(capture, 'expected', isProxyCommand))('$id', (recording) =>
      comparison.ofLive(recording, capture),
    );
  });
});

comparison.testDifferences();
