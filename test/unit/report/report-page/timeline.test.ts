import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeAxis } from '../../../../src/report/report-page/timeline.ts';

const NOW = Date.parse('2026-11-23T02:11:39Z');
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const moments = fc.array(fc.integer({ min: NOW - 50 * YEAR, max: NOW + 50 * YEAR }), { maxLength: 20 });

describe('the axis of time', () => {
  it('keeps the order of moments and all of them inside', () => {
    fc.assert(
      fc.property(moments, (all) => {
        const axis = new TimeAxis(NOW, all);
        const places = [...all].sort((a, b) => a - b).map((ms) => axis.at(ms));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        for (const place of places) {
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it('gives the life of a day room beside one of ten years', () => {
    const axis = new TimeAxis(NOW, [NOW - 10 * YEAR, NOW + 10 * YEAR]);
    expect(axis.at(NOW)).toBe(50);
    expect(axis.at(NOW + 12 * HOUR) - axis.at(NOW - 12 * HOUR)).toBeGreaterThan(20);
  });

  it('shows now inside when all certificates are over, or none could be read', () => {
    const over = new TimeAxis(NOW, [NOW - YEAR, NOW - 2 * YEAR]);
    expect(over.at(NOW)).toBeLessThan(100);
    expect(new TimeAxis(NOW, []).at(NOW)).toBe(50);
  });

  it('is not led astray by what is no moment', () => {
    const axis = new TimeAxis(NOW, [Number.NaN, NOW + YEAR]);
    expect(axis.at(NOW + YEAR)).toBe(100);
  });

  it('has marks that do not overlap, now among them', () => {
    fc.assert(
      fc.property(moments, (all) => {
        const ticks = new TimeAxis(NOW, all).ticks();
        expect(ticks.filter(({ text }) => text === 'now')).toHaveLength(1);
        for (const [index, { at }] of ticks.entries())
          expect(at - (ticks[index - 1]?.at ?? -100)).toBeGreaterThanOrEqual(8);
      }),
    );
    const texts = new TimeAxis(NOW, [NOW - YEAR, NOW + 10 * YEAR]).ticks().map(({ text }) => text);
    expect(texts).toEqual(['-1y', '-7d', '-6h', 'now', '+6h', '+7d', '+1y', '+10y']);
  });
});
