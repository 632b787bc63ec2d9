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
