import { describe, expect, it } from 'vitest';
import type { MeshReport } from '../../../../src/answers/mesh-report/mesh-report.ts';
import { html } from '../../../../src/report/report-page/page.ts';
import { shopReport } from '../../../helpers/mesh-reports.ts';

const report = await shopReport();
const page = (change: Partial<MeshReport> = {}): string =>
  html({ ...report, ...change }, { color: false, width: 80, now: new Date(0) }) as string;

describe('the page of a report', () => {
  it('has the certificates that ask for a look before those that end every day', () => {
    const states = [...page().matchAll(/<tbody class="item" data-state="([^"]*)" data-role/g)].map(
      ([, state]) => state,
    );
    expect(states).toEqual(['expired', 'not yet valid', 'soon', 'valid', 'valid', 'valid', 'valid']);
  });

  it('says beside its text that a finding is likely, and which cluster it is of', () => {
    const [first] = report.findings.findings;
    const findings = {
      ...report.findings,
      findings: first === undefined ? [] : [{ ...first, confidence: 'likely' as const, cluster: 'west' }],
    };
    const text = page({ findings });
    expect(text).toMatch(/<span class="message">Likely: /);
    expect(text).toContain(' in cluster west</span>');
  });

  it('says what it is limited to', () => {
    const text = page({ subject: { ...report.subject, namespace: 'shop', revision: 'canary' } });
    expect(text).toContain('<dt>Only namespace</dt><dd>shop</dd>');
    expect(text).toContain('<dt>Only revision</dt><dd>canary</dd>');
    expect(page()).not.toContain('Only namespace');
  });

  it.each([
    ['secrets', 'secrets were taken out'],
    ['pseudonyms', 'secrets were taken out, names are pseudonyms'],
    ['none', 'none: the archive may hold secrets'],
  ])('says of redaction %s what it means', (redaction, words) => {
    expect(page({ subject: { ...report.subject, redaction } })).toContain(
      `<dt>Redaction</dt><dd>${words}</dd>`,
    );
  });
});
