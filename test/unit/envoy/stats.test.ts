import { describe, expect, it } from 'vitest';
import { isHistogram, isUsed, parseStatsProm, parseStatsText } from '../../../src/envoy/stats.ts';

describe('statistics', () => {
  it('of the plain page are numbers, texts and histograms', () => {
    const stats = parseStatsText(
      'cluster_manager.cds.version_text: "2026-11-23T02:11:01Z/10"\nserver.live: 1\nlds.version: 15969817947237009679\na.b: No recorded values\nc: P0(nan,0) P25(nan,1)\n\njunk\n',
    );
    expect(stats.map(({ value }) => value)).toEqual([
      '2026-11-23T02:11:01Z/10',
      1,
      '15969817947237009679',
      'No recorded values',
      'P0(nan,0) P25(nan,1)',
    ]);
    expect(stats.map(isUsed)).toEqual([true, true, true, false, true]);
    expect(stats.map(isHistogram)).toEqual([false, false, false, true, true]);
  });

  it('of the Prometheus page are samples with their labels', () => {
    const stats = parseStatsProm('# TYPE a counter\na{b="c d"} 3\ne_bucket{le="+Inf"} 0\nf NaN\n');
    expect(stats).toEqual([
      { name: 'a{b="c d"}', value: 3 },
      { name: 'e_bucket{le="+Inf"}', value: 0 },
      { name: 'f', value: 'NaN' },
    ]);
  });
});
