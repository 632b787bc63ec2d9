import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { isInAmbientMode, podsLeftOutside } from '../../../src/mesh/ambient.ts';
import { effectiveWaypoint, namedWaypoint, whyUnbound } from '../../../src/mesh/waypoint-binding.ts';

const labelled = (
  kind: string,
  name: string,
  labels: Record<string, string>,
  namespace?: string,
): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) },
});
const gateway = (from?: object, type?: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: {
    name: 'wp',
    namespace: 'clinic',
    labels: type === undefined ? {} : { 'istio.io/waypoint-for': type },
  },
  spec: { listeners: [{ protocol: 'HBONE', allowedRoutes: from && { namespaces: from } }] },
});
const USE = 'istio.io/use-waypoint';

describe('the waypoint that is named', () => {
  test("is that of the object's own label, else of its namespace; none opts out", () => {
    const clinic = labelled('Namespace', 'clinic', { [USE]: 'wp' });
    const service = (labels: Record<string, string>): KubeObject =>
      labelled('Service', 'labs', labels, 'clinic');
    expect(namedWaypoint(clinic)).toEqual({ namespace: 'clinic', name: 'wp' });
    expect(effectiveWaypoint(service({}), clinic)).toEqual({ namespace: 'clinic', name: 'wp' });
    expect(effectiveWaypoint(service({ [USE]: 'none' }), clinic)).toBeUndefined();
    const other = service({ [USE]: 'far', 'istio.io/use-waypoint-namespace': 'edge' });
    expect(effectiveWaypoint(other, clinic)).toEqual({ namespace: 'edge', name: 'far' });
    expect(effectiveWaypoint(service({}), undefined)).toBeUndefined();
  });
});

describe('an object is not bound to a waypoint', () => {
  const user = labelled('Service', 'stock', {}, 'pharmacy');
  const name = { namespace: 'clinic', name: 'wp' };
  const why = (one: KubeObject | undefined, who = user, namespaces: KubeObject[] = []): string | undefined =>
    whyUnbound(who, name, { gateways: one ? [one] : [], namespaces })?.why;

  test('that does not exist', () => {
    expect(why(undefined)).toBe('waypoint clinic/wp does not exist');
  });

  test('of another namespace, unless a listener lets its own in', () => {
    expect(why(gateway())).toContain('does not let namespace pharmacy in');
    expect(why(gateway({ from: 'Same' }))).toContain('does not let namespace pharmacy in');
    expect(why(gateway({ from: 'All' }))).toBeUndefined();
    const selector = { from: 'Selector', selector: { matchLabels: { care: 'yes' } } };
    expect(why(gateway(selector))).toContain('does not let');
    expect(
      why(gateway(selector), user, [labelled('Namespace', 'pharmacy', { care: 'yes' })]),
    ).toBeUndefined();
  });

  test('that takes other traffic; a namespace takes what it gets', () => {
    const of = (kind: string): KubeObject => labelled(kind, 'labs', {}, 'clinic');
    expect(why(gateway(undefined, 'workload'), of('Service'))).toContain('takes traffic for workloads only');
    expect(why(gateway(), of('Pod'))).toContain('takes traffic for services only');
    expect(why(gateway(undefined, 'none'), of('Pod'))).toContain('takes no traffic');
    expect(why(gateway(undefined, 'all'), of('Pod'))).toBeUndefined();
    expect(why(gateway(), labelled('Namespace', 'clinic', {}))).toBeUndefined();
  });
});

describe('pods in ambient mode', () => {
  const clinic = labelled('Namespace', 'clinic', { 'istio.io/dataplane-mode': 'ambient' });
  const pod = (labels: Record<string, string>, fields: object = {}, annotations = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'labs', namespace: 'clinic', labels, annotations },
    ...fields,
  });

  test('are those of an ambient namespace without a sidecar, a label against it, or the network of the host', () => {
    expect(isInAmbientMode(pod({}), clinic)).toBe(true);
    expect(isInAmbientMode(pod({ 'istio.io/dataplane-mode': 'none' }), clinic)).toBe(false);
    expect(isInAmbientMode(pod({ 'istio.io/dataplane-mode': 'ambient' }), undefined)).toBe(true);
    expect(isInAmbientMode(pod({}, { spec: { hostNetwork: true } }), clinic)).toBe(false);
    const sidecar = { spec: { containers: [{ name: 'istio-proxy' }] } };
    expect(isInAmbientMode(pod({}, sidecar), clinic)).toBe(false);
  });

  test('are named when the CNI agent does not redirect them', () => {
    expect([...podsLeftOutside([pod({})], [clinic]).keys()]).toEqual(['clinic/labs']);
    const redirected = pod({}, {}, { 'ambient.istio.io/redirection': 'enabled' });
    expect(podsLeftOutside([redirected], [clinic]).size).toBe(0);
  });
});
