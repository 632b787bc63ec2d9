import { describe, expect, test } from 'vitest';
import { type Analyzer, defineAnalyzer } from '../../../src/analysis/analyzer.ts';
import { defineMessages } from '../../../src/analysis/message.ts';
import { runAnalyzers } from '../../../src/analysis/runner.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { equalitySelector } from '../../../src/kube/selector.ts';
import { createResourceSet } from '../../../src/mesh/resource-set.ts';

const messages = defineMessages({
  MSH9001: {
    name: 'NoOwner',
    level: 'info',
    template: '{name} has no owner',
    why: 'Nobody answers for it.',
    fix: 'Add a label.',
  },
  MSH9002: {
    name: 'NoPods',
    level: 'error',
    template: '{name} has no pods',
    why: 'Requests fail.',
    fix: 'Add pods.',
  },
});

function object(kind: string, name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', labels } };
}

const services = createResourceSet([
  object('Service', 'wishlist'),
  object('Service', 'cart'),
  object('Pod', 'cart-v1-0', { app: 'cart' }),
]);

const owner: Analyzer = defineAnalyzer({
  name: 'service.OwnerAnalyzer',
  description: 'Checks that every Service names its owner.',
  inputs: ['Service'],
  messages,
  codes: ['MSH9001'],
  scope: 'object',
  analyze: ({ all, report }) => {
    for (const resource of all('Service')) {
      report('MSH9001', { name: resource.metadata.name }, { resource, path: ['metadata', 'labels'] });
    }
  },
});

const pods: Analyzer = defineAnalyzer({
  name: 'service.PodsAnalyzer',
  description: 'Checks that every Service has pods.',
  inputs: ['Service', 'Pod'],
  messages,
  codes: ['MSH9002'],
  scope: 'mesh',
  analyze: ({ all, select, report }) => {
    for (const resource of all('Service')) {
      const selector = equalitySelector({ app: resource.metadata.name });
      if (select('Pod', selector, 'shop').length > 0) continue;
      report('MSH9002', { name: resource.metadata.name }, { resource, confidence: 'likely' });
    }
  },
});

const NOW = new Date('2026-11-23T02:11:39Z');

describe('runAnalyzers', () => {
  test('orders findings by level, code and resource, whatever the order of analyzers', () => {
    const codes = (analyzers: readonly Analyzer[]): readonly string[] =>
      runAnalyzers(analyzers, services, { now: NOW }).findings.map(
        ({ code, resource }) => `${code} ${resource?.name}`,
      );
    expect(codes([owner, pods])).toEqual(['MSH9002 wishlist', 'MSH9001 cart', 'MSH9001 wishlist']);
    expect(codes([pods, owner])).toEqual(codes([owner, pods]));
  });

  test('a finding carries what, why, fix, resource, field and confidence', () => {
    const [worst, next] = runAnalyzers([owner, pods], services, { now: NOW }).findings;
    expect(worst).toMatchObject({
      message: 'wishlist has no pods',
      confidence: 'likely',
      why: 'Requests fail.',
    });
    expect(next).toMatchObject({
      resource: { kind: 'Service', namespace: 'shop', name: 'cart' },
      location: { path: 'metadata.labels' },
      confidence: 'certain',
      docs: 'meshscope explain MSH9001',
    });
  });

  test('an analyzer that throws becomes a finding, keeps what it had found, and the others run', () => {
    const broken: Analyzer = {
      ...owner,
      name: 'service.BrokenAnalyzer',
      analyze: (context) => {
        owner.analyze(context);
        throw new TypeError('no such thing\nat line 7');
      },
    };
    const { findings, runs } = runAnalyzers([broken, pods], services, { now: NOW });
    expect(findings.map(({ code }) => code)).toEqual(['IST0001', 'MSH9002', 'MSH9001', 'MSH9001']);
    expect(findings[0]?.message).toBe('the analyzer service.BrokenAnalyzer failed: no such thing');
    expect(runs.map(({ analyzer }) => analyzer)).toEqual(['service.BrokenAnalyzer', 'service.PodsAnalyzer']);
  });

  test('reading a kind that is not declared is a failure of that analyzer', () => {
    const nosy: Analyzer = { ...pods, inputs: ['Service'] };
    const [finding] = runAnalyzers([nosy], services, { now: NOW }).findings;
    expect(finding?.message).toContain('it reads Pod, which it does not declare');
  });

  test('reporting a code that is not declared is a failure of that analyzer', () => {
    const loud: Analyzer = { ...owner, codes: [] };
    const [finding] = runAnalyzers([loud], services, { now: NOW }).findings;
    expect(finding?.message).toContain('it reports MSH9001, which it does not declare');
  });

  test('a message without its argument is a failure, not a sentence with a hole', () => {
    const careless: Analyzer = {
      ...owner,
      analyze: ({ all, report }) => {
        for (const resource of all('Service')) report('MSH9001', {}, { resource });
      },
    };
    const [finding] = runAnalyzers([careless], services, { now: NOW }).findings;
    expect(finding?.message).toContain('needs the argument "name"');
  });

  test('an analyzer whose input the source cannot give is skipped and named', () => {
    const { skipped, runs } = runAnalyzers([owner, pods], services, {
      now: NOW,
      unavailable: new Set(['Pod'] as const),
    });
    expect(skipped).toEqual([{ analyzer: 'service.PodsAnalyzer', missing: ['Pod'] }]);
    expect(runs.map(({ analyzer }) => analyzer)).toEqual(['service.OwnerAnalyzer']);
  });
});
