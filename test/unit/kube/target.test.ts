import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { comparePodsForPicking } from '../../../src/kube/pod.ts';
import { parseTarget, podSelectorOf, targetKind } from '../../../src/kube/target.ts';

describe('a pod argument', () => {
  it.each([
    ['cart', { type: 'pod', name: 'cart', namespace: undefined }],
    ['cart.shop', { type: 'pod', name: 'cart', namespace: 'shop' }],
    ['web-1.2.shop', { type: 'pod', name: 'web-1.2', namespace: 'shop' }],
    ['deploy/cart', { type: 'deploy', name: 'cart', namespace: undefined }],
    ['deployment.apps/cart.shop', { type: 'deployment.apps', name: 'cart', namespace: 'shop' }],
    ['Deploy/cart', { type: 'deploy', name: 'cart', namespace: undefined }],
  ])('%s is split at the last dot behind the last slash', (argument, expected) => {
    expect(parseTarget(argument)).toEqual(expected);
  });

  it.each([
    ['deploy', 'Deployment'],
    ['deployments', 'Deployment'],
    ['deployment.apps', 'Deployment'],
    ['svc', 'Service'],
    ['gateway', 'Gateway'],
    ['gateways.gateway.networking.k8s.io', 'Gateway'],
  ])('the word %s means %s', (word, kind) => {
    expect(targetKind(word)?.kind).toBe(kind);
  });

  it('does not take an unknown word or another group for a kind', () => {
    expect(targetKind('cronjob')).toBeUndefined();
    expect(targetKind('deployment.example.org')).toBeUndefined();
  });
});

function object(kind: string, spec: unknown): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'edge', namespace: 'edge' }, spec };
}

describe('the pods behind an object', () => {
  it('are chosen by the selector of a workload or Service', () => {
    const requirement = { key: 'app', operator: 'In', values: ['cart'] };
    expect(podSelectorOf(object('Deployment', { selector: { matchLabels: { app: 'cart' } } }))).toEqual([
      requirement,
    ]);
    expect(podSelectorOf(object('Service', { selector: { app: 'cart' } }))).toEqual([requirement]);
  });

  it('are unknown for a Service without selector and a Gateway that is not deployed by Istio', () => {
    expect(podSelectorOf(object('Service', {}))).toBeUndefined();
    expect(
      podSelectorOf(object('Gateway', { addresses: [{ type: 'Hostname', value: 'a.b' }] })),
    ).toBeUndefined();
  });

  it('of a managed Gateway carry its name as a label', () => {
    expect(podSelectorOf(object('Gateway', {}))).toEqual([
      { key: 'gateway.networking.k8s.io/gateway-name', operator: 'In', values: ['edge'] },
    ]);
  });
});

describe('the pod to ask', () => {
  const pod = (name: string, status: unknown, created = '2026-01-01T00:00:00Z'): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, creationTimestamp: created },
    spec: { nodeName: 'node-1' },
    status,
  });
  const ready = (since: string, restartCount = 0) => ({
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }],
    containerStatuses: [{ restartCount }],
  });

  it('is running, ready for longest, with the fewest restarts, oldest', () => {
    const pods = [
      pod('pending', { phase: 'Pending' }),
      pod('unready', { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] }),
      pod('restarted', ready('2026-02-01T00:00:00Z', 4)),
      pod('late', ready('2026-03-01T00:00:00Z')),
      pod('young', ready('2026-02-01T00:00:00Z'), '2026-02-01T00:00:00Z'),
      pod('old', ready('2026-02-01T00:00:00Z')),
    ];
    const order = pods.sort(comparePodsForPicking).map((one) => one.metadata.name);
    expect(order).toEqual(['old', 'young', 'restarted', 'late', 'unready', 'pending']);
  });
});
