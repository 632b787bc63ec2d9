import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { istiodMetrics } from '../../../../src/answers/mesh-report/istiod-metrics.ts';
import { ROOT } from '../../../helpers/run.ts';

const now = new Date('2026-11-23T02:11:39Z');
const of = (text: string) => istiodMetrics({ istiod: 'istiod-1', namespace: 'istio-system', text, now });
const recorded = (path: string) =>
  of(readFileSync(join(ROOT, 'fixtures/meshes', path, 'metrics.prom'), 'utf8'));

describe('what the metrics of an istiod say', () => {
  it('of the shop mesh', () => {
    const found = recorded('shop/clusters/demo/istiod/istio-system/istiod-57444bb956-pp8n9');
    expect(found).toMatchObject({
      uptimeSeconds: 631,
      connections: [
        { label: '1.32-alpha.86c9f01fd735', value: 12 },
        { label: 'no version named', value: 3 },
      ],
      pushes: [
        { label: 'cds', value: 63 },
        { label: 'eds', value: 62 },
        { label: 'lds', value: 62 },
        { label: 'rds', value: 62 },
        { label: 'sds', value: 5 },
      ],
      errors: [
        { label: 'certificates not found', value: 6 },
        { label: 'lds refused', value: 5 },
      ],
      triggers: [{ label: 'config', value: 28 }],
      conflicts: [{ label: 'pilot_eds_no_instances', value: 2 }],
    });
    expect(found.convergence?.map(({ count }) => count)).toEqual([13, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(found.convergence?.at(-1)?.upToSeconds).toBe('more');
  });

  it('is undefined for what the page does not have, and empty for what is 0', () => {
    expect(of('')).toEqual({
      istiod: 'istiod-1',
      namespace: 'istio-system',
      uptimeSeconds: undefined,
      connections: undefined,
      pushes: undefined,
      errors: undefined,
      triggers: undefined,
      convergence: undefined,
      conflicts: undefined,
    });
    const quiet = of('pilot_xds_pushes{type="cds"} 3\npilot_no_ip 0\n');
    expect([quiet.errors, quiet.conflicts]).toEqual([[], []]);
  });

  it('tells pushes that failed from those that went well', () => {
    const { pushes, errors } = of(
      'pilot_xds_pushes{type="cds"} 9\npilot_xds_pushes{type="cds_senderr"} 2\npilot_total_xds_rejects{type="rds"} 1\npilot_xds_rds_reject{node="a"} 1\n',
    );
    expect(pushes).toEqual([{ label: 'cds', value: 9 }]);
    expect(errors).toEqual([
      { label: 'cds not sent', value: 2 },
      { label: 'rds refused', value: 1 },
    ]);
  });

  it('takes the refusals that stand now where an older istiod keeps no total', () => {
    const { errors } = of('pilot_xds_lds_reject{node="a"} 1\npilot_xds_lds_reject{node="b"} 1\n');
    expect(errors).toEqual([{ label: 'lds refused', value: 2 }]);
  });

  it('counts each push once, in whatever order the buckets stand and however they contradict each other', () => {
    const bucket = (le: string, value: number): string =>
      `pilot_proxy_convergence_time_bucket{le="${le}"} ${value}`;
    const { convergence } = of(
      [bucket('+Inf', 9), bucket('1', 5), bucket('0.1', 4), bucket('3', 2)].join('\n'),
    );
    expect(convergence).toEqual([
      { upToSeconds: 0.1, count: 4 },
      { upToSeconds: 1, count: 1 },
      { upToSeconds: 3, count: 0 },
      { upToSeconds: 'more', count: 4 },
    ]);
  });

  it('stays short on a page with thousands of labels, and keeps the sum', () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `pilot_push_triggers{type="t${index}"} 1`);
    const { triggers = [] } = of(lines.join('\n'));
    expect(triggers.length).toBeLessThan(40);
    expect(triggers.reduce((sum, { value }) => sum + value, 0)).toBe(5_000);
  });

  it('counts the time from the start of the process where the uptime is not told', () => {
    expect(of('process_start_time_seconds 1.7953998990e+09').uptimeSeconds).toBe(0);
    expect(of('process_start_time_seconds 1.7953992990e+09').uptimeSeconds).toBe(600);
    expect(of('process_start_time_seconds 9e+12').uptimeSeconds).toBeUndefined();
  });
});
