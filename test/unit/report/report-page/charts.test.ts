import { describe, expect, it } from 'vitest';
import { barChart, barWidth } from '../../../../src/report/report-page/bars.ts';
import { convergenceValues, quantileText } from '../../../../src/report/report-page/control-plane.ts';

const CHART = { title: 'Pushes by type', by: 'Type', none: 'None since it started.' };

describe('the bars of a chart', () => {
  it('are as long as their share of the longest one, and seen when there is anything', () => {
    expect(barWidth(50, 200)).toBe(25);
    expect(barWidth(1, 1_000_000)).toBe(0.8);
    expect(barWidth(0, 10)).toBe(0);
    expect(barWidth(20, 10)).toBe(100);
    expect(barWidth(Number.NaN, 10)).toBe(0);
    expect(barWidth(3, 0)).toBe(0);
  });

  it('are not drawn for what is not known, which differs from none', () => {
    expect(barChart({ ...CHART, values: undefined }).text).toContain('Not in the metrics.');
    expect(barChart({ ...CHART, values: [] }).text).toContain('None since it started.');
    expect(barChart({ ...CHART, values: [{ label: 'cds', value: 0 }] }).text).toContain('None since');
  });

  it('stand in a table with their numbers', () => {
    const { text } = barChart({ ...CHART, values: [{ label: 'cds', value: 12_345 }] });
    expect(text).toContain('<caption>Pushes by type</caption>');
    expect(text).toContain('<th scope="row">cds</th>');
    expect(text).toContain('<td class="number">12,345</td>');
  });
});

describe('the histogram of convergence', () => {
  const steps = [
    { upToSeconds: 0.1, count: 0 },
    { upToSeconds: 0.5, count: 90 },
    { upToSeconds: 1, count: 0 },
    { upToSeconds: 3, count: 10 },
    { upToSeconds: 'more', count: 0 },
  ] as const;

  it('leaves out empty steps at its ends, not those between', () => {
    expect(convergenceValues(steps)).toEqual([
      { label: '≤ 0.5s', value: 90 },
      { label: '≤ 1s', value: 0 },
      { label: '≤ 3s', value: 10 },
    ]);
    expect(convergenceValues([])).toEqual([]);
    expect(convergenceValues([{ upToSeconds: 1, count: 0 }])).toEqual([]);
  });

  it('names the last step by what it is longer than', () => {
    const long = [...steps.slice(0, 4), { upToSeconds: 'more', count: 1 }] as const;
    expect(convergenceValues(long).at(-1)).toEqual({ label: '> 3s', value: 1 });
  });

  it('says within what time half and nearly all were done', () => {
    expect(quantileText(steps)).toBe('50% within 0.5s, 99% within 3s');
    expect(quantileText([{ upToSeconds: 'more', count: 1 }])).toBe(
      '50% longer than all steps, 99% longer than all steps',
    );
    expect(quantileText([])).toBeUndefined();
  });
});
