import { describe, test } from 'vitest';
import { Comparison } from './comparison.ts';
import { findCapture, recordings } from './recording.ts';

const comparison = new Comparison('differences.ambient.json', 10);

/** The commands of this part; those that change log levels, and the help texts, are none of it. */
function isAmbientCommand(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first = '', second = '', third = ''] =
    words[0] === 'x' || words[0] === 'experimental' ? words.slice(1) : words;
  if (argv.includes('--help')) return false;
  if (['ztunnel-config', 'zc'].includes(first)) return second !== 'log';
  if (['proxy-status', 'ps', 'proxy-config', 'pc', 'rootca-compare'].includes(first)) return true;
  return first === 'waypoint' || (first === 'authz' && second === 'check' && third !== '');
}

describe('ambient', () => {
  const capture = findCapture('ambient');
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  describe('from dump files', () => {
    test.each(recordings(capture, 'expected-file', (argv) => !argv.includes('log')))('$id', (recording) =>
      comparison.ofFile(recording, capture),
    );
  });
  describe('live', () => {
    test.each(recordings(capture, 'expected', isAmbientCommand))('$id', (recording) =>
      comparison.ofLive(recording, capture),
    );
  });
});

comparison.testDifferences();
