import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from '../../../src/istiod/metrics.ts';

const all = (): boolean => true;

describe('a page of metrics', () => {
  it('is read sample by sample, with labels, exponents and times', () => {
    const page = [
      '# HELP pilot_xds Number of endpoints connected to this pilot using XDS.',
      '# TYPE pilot_xds gauge',
      'pilot_xds{version="1.32.0"} 12',
      'pilot_xds_recv_max 64980 1795399267000',
      'istiod_uptime_seconds 6.30e+02',
      'pilot_push{type="a", reason="b\\"c\\\\d\\ne",} 3',
      '',
    ].join('\n');
    expect(
      parseMetrics(page, all).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]),
    ).toEqual([
      ['pilot_xds', { version: '1.32.0' }, 12],
      ['pilot_xds_recv_max', {}, 64980],
      ['istiod_uptime_seconds', {}, 630],
      ['pilot_push', { type: 'a', reason: 'b"c\\d\ne' }, 3],
    ]);
  });

  it.each([
    'x NaN',
    'x +Inf',
    'x',
    'x{',
    'x{a="b} 3',
    'x{a=b} 3',
    'x{a="b"',
    '{a="b"} 3',
    'x{a="b"}',
    '  x 3',
  ])('gives nothing for the line %j', (line) => {
    expect(parseMetrics(line, all)).toEqual([]);
  });

  it('gives back what was written, whatever the text of a label is', () => {
    const escaped = (text: string): string =>
      text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (text, value) => {
        const [sample] = parseMetrics(`pilot_x{le="${escaped(text)}"} ${value}`, all);
        expect([sample?.labels.get('le'), sample?.value]).toEqual([text, value]);
      }),
    );
  });

  it('is read in time that grows with its length alone', { timeout: 5_000 }, () => {
    expect(parseMetrics(`x{${'a="b",'.repeat(200_000)}`, all)).toEqual([]);
    expect(parseMetrics(`x{a="${'\\'.repeat(400_001)}`, all)).toEqual([]);
  });
});
