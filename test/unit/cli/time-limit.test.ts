import { describe, expect, test } from 'vitest';
import { defineAnalyzer } from '../../../src/analysis/analyzer.ts';
import { defineMessages } from '../../../src/analysis/message.ts';
import { runAnalyzers } from '../../../src/analysis/runner.ts';
import { runLimited, sharedLimit } from '../../../src/cli/time-limit.ts';
import { createResourceSet } from '../../../src/mesh/resource-set.ts';

describe('a limit of time', () => {
  test('ends an endless loop, and a pattern that never ends', () => {
    const started = performance.now();
    expect(
      runLimited(() => {
        for (;;);
      }, 50),
    ).toBe(false);
    expect(runLimited(() => /^(a+)+$/.test(`${'a'.repeat(60)}b`), 50)).toBe(false);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('leaves work that ends alone, and passes on what it throws', () => {
    let sum = 0;
    expect(
      runLimited(() => {
        sum = 1 + 1;
      }, 1000),
    ).toBe(true);
    expect(sum).toBe(2);
    expect(() =>
      runLimited(() => {
        throw new Error('ours');
      }, 1000),
    ).toThrow('ours');
    expect(runLimited(() => {}, 0)).toBe(false);
  });
});

describe('analyzers under a limit', () => {
  const messages = defineMessages({
    MSH9001: { name: 'Seen', level: 'info', template: 'seen', why: 'It is.', fix: 'Nothing.' },
  });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' } };
  const analyzer = (name: string, then: () => void) =>
    defineAnalyzer({
      name,
      description: 'Checks nothing.',
      inputs: ['Service'],
      messages,
      codes: ['MSH9001'],
      scope: 'object',
      analyze: (context) => {
        for (const resource of context.all('Service')) context.report('MSH9001', {}, { resource });
        then();
      },
    });
  const hanging = analyzer('a.HangingAnalyzer', () => {
    for (;;);
  });
  const crashing = analyzer('b.CrashingAnalyzer', () => {
    throw new Error('oh');
  });
  const good = analyzer('c.GoodAnalyzer', () => {});

  test('one that hangs is named and the others finish; one that crashes is a finding', () => {
    const { findings, unfinished, runs } = runAnalyzers(
      [hanging, crashing, good],
      createResourceSet([service]),
      { now: new Date(0), limit: sharedLimit(400) },
    );
    expect(unfinished).toEqual(['a.HangingAnalyzer']);
    expect(runs.map((one) => one.analyzer)).toEqual(['b.CrashingAnalyzer', 'c.GoodAnalyzer']);
    expect(findings.map(({ code }) => code)).toEqual(['IST0001', 'MSH9001']);
  });
});
