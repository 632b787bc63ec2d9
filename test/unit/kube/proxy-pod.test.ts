import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { proxyPod } from '../../../src/kube/proxy-pod.ts';

function pod(spec: Record<string, unknown>, extra: { metadata?: object; status?: object } = {}): KubeObject {
  const metadata = { name: 'cart-v1-x', namespace: 'shop', ...extra.metadata };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Running', ...extra.status } };
}

const proxy = (role: string) => ({ name: 'istio-proxy', args: ['proxy', role, '--domain', 'x'] });

describe('proxyPod', () => {
  test.each([
    ['sidecar', [{ name: 'app' }, proxy('sidecar')], {}],
    ['router', [proxy('router')], {}],
    ['waypoint', [proxy('waypoint')], {}],
    [
      'waypoint',
      [{ name: 'istio-proxy' }],
      { labels: { 'gateway.networking.k8s.io/gateway-class-name': 'istio-waypoint' } },
    ],
    ['ztunnel', [proxy('ztunnel')], { labels: { app: 'ztunnel' } }],
  ])('%s', (type, containers, metadata) => {
    expect(proxyPod(pod({ containers }, { metadata }))?.type).toBe(type);
  });

  test('a native sidecar is an init container that keeps running', () => {
    const native = {
      initContainers: [{ ...proxy('sidecar'), restartPolicy: 'Always' }],
      containers: [{ name: 'app' }],
    };
    expect(proxyPod(pod(native))?.type).toBe('sidecar');
    expect(
      proxyPod(pod({ initContainers: [proxy('sidecar')], containers: [{ name: 'app' }] })),
    ).toBeUndefined();
  });

  test('pods without a proxy, finished ones and those being deleted hold none', () => {
    const containers = [proxy('sidecar')];
    expect(proxyPod(pod({ containers: [{ name: 'app' }] }))).toBeUndefined();
    expect(proxyPod(pod({ containers }, { status: { phase: 'Succeeded' } }))).toBeUndefined();
    expect(
      proxyPod(pod({ containers }, { metadata: { deletionTimestamp: '2026-11-23T02:11:00Z' } })),
    ).toBeUndefined();
  });

  test('says why the proxy container does not run, and who injected it', () => {
    const found = proxyPod(
      pod(
        { containers: [proxy('sidecar')] },
        {
          metadata: { annotations: { 'sidecar.istio.io/status': '{"revision":"canary"}' } },
          status: {
            containerStatuses: [{ name: 'istio-proxy', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
          },
        },
      ),
    );
    expect(found).toMatchObject({ revision: 'canary', waiting: 'CrashLoopBackOff' });
  });

  test('survives any shape', () => {
    expect(proxyPod(pod({ containers: 'none', initContainers: [null, 3] }))).toBeUndefined();
    expect(
      proxyPod(
        pod(
          { containers: [{ name: 'istio-proxy', args: 'x' }] },
          { metadata: { annotations: { 'sidecar.istio.io/status': '[' } } },
        ),
      )?.type,
    ).toBe('sidecar');
  });
});
