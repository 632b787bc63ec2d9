import { describe, expect, it } from 'vitest';
import type { MeshReport } from '../../../../src/answers/mesh-report/mesh-report.ts';
import { sectionStates } from '../../../../src/report/report-page/states.ts';
import { shopReport } from '../../../helpers/mesh-reports.ts';

const report = await shopReport();
const withReasons = (reasons: MeshReport['verdict']['reasons']): MeshReport => ({
  ...report,
  verdict: { ...report.verdict, reasons },
});

describe('the states of the sections', () => {
  it('say in a few words what is there', () => {
    const states = sectionStates(report);
    expect(Object.fromEntries(Object.entries(states).map(([id, { text }]) => [id, text]))).toEqual({
      findings: '6 errors, 11 warnings, 5 notes',
      proxies: '10 of 11 proxies in sync',
      certificates: '1 expired, 1 not yet valid, 1 ends soon, 4 valid, 1 not read',
      versions: 'istiod 1.32-alpha.86c9f01fd735, 1.31.2; 1 proxy of another version',
      graph: '1 loop, 5 broken references',
      'control-plane': '3 istiods, 1 without metrics, 6 errors',
      gaps: '2 parts could not be read',
    });
  });

  it.each([
    [
      'the version of a proxy is not known',
      {
        versions: {
          ...report.versions,
          skew: [],
          proxies: [
            { version: '1.30.0', count: 2 },
            { version: 'unknown', count: 1 },
          ],
        },
      },
      'versions',
    ],
    [
      'one istiod does not count errors',
      {
        controlPlane: [
          { istiod: 'a', namespace: 'istio-system', errors: [] },
          { istiod: 'b', namespace: 'istio-system' },
        ],
      },
      'control-plane',
    ],
    [
      'a name was not looked up',
      {
        graph: {
          nodes: [{ id: 'Secret shop/tls', kind: 'Secret', name: 'tls', state: 'unknown' }],
          edges: [],
          cycles: [],
          dangling: [],
        },
      },
      'graph',
    ],
    [
      'a kind was read in part',
      {
        findings: {
          counts: { error: 0, warning: 0, info: 0 },
          findings: [],
          skipped: [],
          resources: 4,
          inPart: ['Service'],
        },
      },
      'findings',
    ],
  ] as const)('are not well where %s', (_, change, id) => {
    const states = sectionStates({ ...withReasons([]), ...(change as Partial<MeshReport>) });
    expect(states[id].tone, states[id].text).toBe('unknown');
  });

  it('are as bad as the worst reason of the verdict', () => {
    const states = sectionStates(
      withReasons([
        { level: 'unknown', text: '', section: 'proxies' },
        { level: 'warning', text: '', section: 'proxies' },
        { level: 'unknown', text: '', section: 'gaps' },
      ]),
    );
    expect(states.proxies.tone).toBe('warning');
    expect(states.gaps.tone).toBe('unknown');
  });

  it('are not alarming where the verdict is not alarmed, and never well where something is not known', () => {
    const states = sectionStates(withReasons([]));
    expect(states['control-plane'].tone).toBe('info');
    expect(states.gaps.tone).toBe('unknown');
    expect(Object.values(states).map(({ tone }) => tone)).not.toContain('error');
  });
});
