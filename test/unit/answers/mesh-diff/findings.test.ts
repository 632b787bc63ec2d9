import { describe, expect, test } from 'vitest';
import type { Finding, ResourceRef } from '../../../../src/analysis/finding.ts';
import { blindCodes } from '../../../../src/answers/mesh-diff/blind-codes.ts';
import { diffFindings, type FindingsSide } from '../../../../src/answers/mesh-diff/findings.ts';

function finding(code: string, name: string, extra: Partial<Finding> = {}): Finding {
  return {
    code,
    level: 'warning',
    message: `${name} is odd`,
    why: '',
    fix: '',
    resource: { kind: 'Service', namespace: 'shop', name },
    related: [],
    evidence: [],
    confidence: 'certain',
    docs: '',
    ...extra,
  };
}

function side(findings: readonly Finding[], extra: Partial<FindingsSide> = {}): FindingsSide {
  return { findings, blind: new Map(), workloadOf: () => undefined, ...extra };
}

describe('a finding', () => {
  const [old, kept, fresh] = [
    finding('A', 'old'),
    finding('A', 'kept'),
    finding('B', 'fresh', { level: 'error' }),
  ];

  test('is new, fixed or on both sides', () => {
    const diff = diffFindings(side([old, kept]), side([kept, fresh]));
    expect(diff).toEqual({ added: [fresh], fixed: [old], remaining: 1, unknown: [] });
  });

  test('is the same one with another date in its sentence', () => {
    const later = finding('A', 'kept', { message: 'kept ends in 3 days' });
    expect(diffFindings(side([kept]), side([later]))).toMatchObject({ added: [], fixed: [], remaining: 1 });
  });

  test('about a pod is the same one about the pod that took its place', () => {
    const pod = (name: string): Finding =>
      finding('A', name, { resource: { kind: 'Pod', namespace: 'shop', name } });
    const workloadOf = ({ kind }: ResourceRef) => (kind === 'Pod' ? 'Deployment shop/cart' : undefined);
    const diff = diffFindings(side([pod('a')], { workloadOf }), side([pod('b')], { workloadOf }));
    expect(diff).toMatchObject({ added: [], fixed: [], remaining: 1 });
  });

  test('is never fixed where it could not be looked for, and never new where it could not be before', () => {
    const blind = new Map([['A', 'Secret could not be read']]);
    expect(diffFindings(side([old]), side([], { blind }))).toMatchObject({
      fixed: [],
      unknown: [{ on: 'left', why: 'Secret could not be read', finding: old }],
    });
    expect(diffFindings(side([], { blind }), side([old]))).toMatchObject({
      added: [],
      unknown: [{ on: 'right' }],
    });
  });
});

describe('a side is blind for the codes of an analyzer', () => {
  const analyzers = [{ name: 'gateway', codes: ['A'], inputs: ['Gateway', 'Secret'] as const }];
  const all = { skipped: [], unfinished: [], unavailable: new Set<never>(), partial: new Set<never>() };

  test.each([
    [
      'that did not run',
      { skipped: [{ analyzer: 'gateway', missing: ['Secret'] as const }] },
      'Secret could not be read',
    ],
    ['that did not finish', { unfinished: ['gateway'] }, 'its analyzer did not finish'],
    [
      'that had less to read than on the other side',
      { unavailable: new Set(['Secret'] as const) },
      'Secret could not be read',
    ],
    [
      'that may lack some of what it reads',
      { partial: new Set(['Gateway'] as const) },
      'there may be more of Gateway than was read',
    ],
  ])('%s', (_, lacking, why) => {
    expect([...blindCodes(analyzers, { ...all, ...lacking }, all)]).toEqual([['A', why]]);
  });

  test('not where the other side could not give it, either', () => {
    const secrets = { ...all, unavailable: new Set(['Secret'] as const) };
    expect(blindCodes(analyzers, secrets, secrets).size).toBe(0);
  });
});
