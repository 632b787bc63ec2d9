import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { savedReport } from '../../../../src/answers/mesh-report/saved-report.ts';
import { markdown } from '../../../../src/report/mesh-report/markdown.ts';
import { summary } from '../../../../src/report/mesh-report/summary.ts';
import { html } from '../../../../src/report/report-page/page.ts';
import { run } from '../../../helpers/run.ts';

const text = (await run('report --from demo -o json')).stdout;
const OPTIONS = { color: false, width: 80, now: new Date('2026-11-23T02:11:39Z') };

/** All places of a JSON value, as the steps to them. */
function places(value: unknown, at: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  return [
    [...at],
    ...Object.entries(value).flatMap(([key, one]) =>
      places(one, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

describe('a saved report', () => {
  it('is taken as it was written', () => {
    expect(savedReport(JSON.parse(text))).toEqual({ report: JSON.parse(text) });
  });

  it.each([
    [null, 'expected an object'],
    [{ kind: 'MeshReport' }, 'apiVersion: expected meshscope.io/v1'],
    [{ apiVersion: 'meshscope.io/v1', kind: 'DependencyGraph' }, 'kind: expected MeshReport'],
  ])('that is %j is refused', (value, wrong) => {
    expect(savedReport(value)).toEqual({ wrong: expect.stringContaining(wrong) });
  });

  it('names the place that is wrong', () => {
    const report = JSON.parse(text);
    report.proxies.rows[0].problems[0].detail = 7;
    expect(savedReport(report)).toEqual({ wrong: 'proxies.rows[0].problems[0].detail: expected text' });
  });

  it('with any one value replaced by another is refused, or can be shown in every format', {
    timeout: 60_000,
  }, () => {
    const all = places(JSON.parse(text)).filter((one) => one.length > 0);
    const odd = fc.constantFrom<unknown>(null, 7, 'x\u001b[31m', true, [], {}, [null], [{}], { a: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...all), odd, (at, value) => {
        const report = JSON.parse(text);
        const last = at.at(-1) as string | number;
        const parent = at.slice(0, -1).reduce((one, step) => one[step], report);
        parent[last] = value;
        const saved = savedReport(report);
        if (!('report' in saved)) return;
        for (const reporter of [summary, markdown, html]) {
          const shown = reporter(saved.report, OPTIONS);
          expect(typeof shown === 'string' ? shown : [...shown].join('')).not.toContain('\u001b');
        }
      }),
      { numRuns: 150 },
    );
  });
});
