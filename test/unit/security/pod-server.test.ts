import { describe, expect, test } from 'vitest';
import { podRole, podServer } from '../../../src/security/pod-server.ts';

const PROXY = { name: 'istio-proxy', image: 'proxyv2', args: ['proxy', 'sidecar'] };
const namespace = (labels: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels },
});
const pod = (metadata: object, containers: readonly object[], status?: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cart-v1', namespace: 'shop', ...metadata },
  spec: { containers },
  ...(status === undefined ? {} : { status }),
});
const RUNNING = { phase: 'Running' };

describe('the role of a pod', () => {
  const injected = namespace({ 'istio-injection': 'enabled' });

  test('of one that runs is what it is, whatever its namespace says now', () => {
    expect(podRole(pod({}, [PROXY], RUNNING), namespace({}))).toBe('sidecar');
    expect(podRole(pod({}, [], RUNNING), injected)).toBe('outside');
    const redirected = { annotations: { 'ambient.istio.io/redirection': 'enabled' } };
    expect(podRole(pod(redirected, [], RUNNING), injected)).toBe('ztunnel');
    expect(podRole(pod({}, [{ ...PROXY, args: ['proxy', 'router'] }], RUNNING), injected)).toBe('gateway');
  });

  test('of a template is what the injector will make of it', () => {
    expect(podRole(pod({}, []), injected)).toBe('sidecar');
    expect(podRole(pod({}, []), namespace({ 'istio.io/rev': 'canary' }))).toBe('sidecar');
    expect(podRole(pod({ labels: { 'sidecar.istio.io/inject': 'false' } }, []), injected)).toBe('outside');
    expect(podRole(pod({}, []), namespace({ 'istio.io/dataplane-mode': 'ambient' }))).toBe('ztunnel');
    expect(podRole(pod({ annotations: { 'inject.istio.io/templates': 'gateway' } }, []), injected)).toBe(
      'gateway',
    );
  });

  test('of a template whose namespace is not at hand is unknown', () => {
    expect(podRole(pod({}, []), undefined)).toBe('unknown');
  });
});

describe('what takes connections on a port', () => {
  const strict = {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace: 'istio-system' },
    spec: { mtls: { mode: 'STRICT' } },
  };
  const facts = { namespace: namespace({}), peers: [strict], rootNamespace: 'istio-system' };

  test('is a sidecar with the mode of the policies, but for ports that pass it by', () => {
    const excluded = { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090, 9091' } };
    const one = pod(excluded, [PROXY], RUNNING);
    expect(podServer(one, 8080, facts)).toEqual({
      kind: 'sidecar',
      mtls: { mode: 'STRICT', by: 'istio-system/default' },
    });
    expect(podServer(one, 9091, facts)).toEqual({ kind: 'no-proxy', excluded: true });
  });

  test('can not be told of gateways and of pods in the network of their node', () => {
    const host = pod({}, [PROXY], RUNNING);
    expect(podServer({ ...host, spec: { ...host.spec, hostNetwork: true } }, 80, facts)).toBeUndefined();
    expect(podServer(pod({}, [{ ...PROXY, args: ['proxy', 'router'] }], RUNNING), 80, facts)).toBeUndefined();
  });
});
