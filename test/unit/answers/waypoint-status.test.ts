import { describe, expect, test } from 'vitest';
import type { ProxyRow } from '../../../src/answers/proxy-row.ts';
import { type Listening, type WaypointPod, waypointPod } from '../../../src/answers/waypoint-pod.ts';
import { waypointStatus } from '../../../src/answers/waypoint-status.ts';
import type { WaypointObjects } from '../../../src/answers/waypoint-users.ts';
import { listeningPorts } from '../../../src/envoy/listeners-page.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { ProxyPod } from '../../../src/kube/proxy-pod.ts';

const PROGRAMMED = { type: 'Programmed', status: 'True', reason: 'Programmed', message: 'assigned' };
const gateway = (conditions: readonly object[] = [PROGRAMMED], generation = 1): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'wp', namespace: 'clinic', generation },
  spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  status: { conditions },
});
const nothing: WaypointObjects = {
  namespaces: [],
  gateways: [],
  services: [],
  pods: [],
  entries: [],
  routes: [],
  policies: [],
  complete: true,
};
const pod: ProxyPod = {
  proxyId: 'wp-1.clinic',
  name: 'wp-1',
  namespace: 'clinic',
  type: 'waypoint',
  labels: {},
  phase: 'Running',
  ready: true,
};
const row = (...problems: ProxyRow['problems']): ProxyRow => ({
  proxy: 'wp-1.clinic',
  cluster: 'demo',
  namespace: 'clinic',
  type: 'waypoint',
  state: problems[0]?.kind ?? 'in-sync',
  problems,
  types: [],
});
const OPEN: Listening = { ports: [15021, 15008] };

describe('a pod of a waypoint', () => {
  const judge = (fields: Partial<ProxyPod>, known: ProxyRow | undefined, listening: Listening): WaypointPod =>
    waypointPod({ ...pod, ...fields }, known, listening, 15008);

  test('works when it is ready, in sync and listens', () => {
    expect(judge({}, row(), OPEN)).toMatchObject({ health: 'good', problems: [] });
  });

  test('does not work when a push was rejected, when istiod does not know it, or when nothing listens', () => {
    const rejected = row({ kind: 'rejected', types: ['LDS'], detail: 'no implementation' });
    expect(judge({}, rejected, { ports: [] })).toMatchObject({
      health: 'bad',
      problems: ['LDS rejected: no implementation', 'nothing listens on port 15008'],
    });
    expect(judge({}, row(), { ports: [15021] }).health).toBe('bad');
    expect(judge({ ready: false }, row(), OPEN).problems).toEqual(['the pod is not ready']);
    expect(judge({ phase: 'Pending', waiting: 'ImagePullBackOff' }, row(), OPEN).problems).toEqual([
      'the pod is Pending (ImagePullBackOff)',
    ]);
  });

  test('is unknown, not fine, where neither istiod nor its Envoy can be asked', () => {
    const unknown = judge({}, undefined, { unknown: 'forbidden' });
    expect(unknown.health).toBe('unknown');
    expect(unknown.problems.join('; ')).toContain('could not be asked whether it listens: forbidden');
  });

  test('that certainly does not work needs no account of what is not known', () => {
    const lost = row({ kind: 'never-connected', types: [], detail: 'no istiod knows it' });
    expect(judge({}, lost, { unknown: 'refused' }).problems).toEqual([
      'not connected to istiod: no istiod knows it',
    ]);
  });

  test('with a push under way is fine', () => {
    expect(judge({}, row({ kind: 'stale', types: ['EDS'], detail: 'sent', mild: true }), OPEN).health).toBe(
      'good',
    );
  });
});

describe('a waypoint', () => {
  const health = (pods: readonly WaypointPod['health'][] | undefined, one = gateway()): string => {
    const judged = pods?.map((state) => ({ ...waypointPod(pod, row(), OPEN, 15008), health: state }));
    const inputs = { objects: nothing, waypoints: [one], namespace: undefined };
    const known = judged && new Map([['clinic/wp', judged]]);
    return waypointStatus({ ...inputs, pods: known }).waypoints[0]?.health ?? '';
  };

  test('works as well as its pods do; one that works keeps it working', () => {
    expect([health(['good']), health(['bad']), health(['bad', 'good'])]).toEqual(['good', 'bad', 'warn']);
    expect([health(['unknown']), health([]), health(undefined)]).toEqual(['unknown', 'bad', 'unknown']);
  });

  test('is not believed before istiod has looked at it, nor by an older look', () => {
    expect(health(['good'], gateway([]))).toBe('bad');
    expect(health(['good'], gateway([{ ...PROGRAMMED, status: 'False' }]))).toBe('bad');
    expect(health(['good'], gateway([{ ...PROGRAMMED, observedGeneration: 1 }], 2))).toBe('warn');
  });

  test('has the users that name it, and what names it or a service that takes it', () => {
    const use = { 'istio.io/use-waypoint': 'wp' };
    const object = (kind: string, name: string, fields: object = {}): KubeObject => ({
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace: 'clinic', labels: {} },
      ...fields,
    });
    const service = (name: string, labels: Record<string, string>): KubeObject => ({
      ...object('Service', name),
      metadata: { name, namespace: 'clinic', labels },
    });
    const refers = (kind: string, name: string, namespace?: string): object => ({ kind, name, namespace });
    const objects: WaypointObjects = {
      ...nothing,
      gateways: [gateway()],
      services: [
        service('records', use),
        service('labs', {}),
        service('lost', { 'istio.io/use-waypoint': 'ghost' }),
      ],
      routes: [
        object('HTTPRoute', 'records', { spec: { parentRefs: [refers('Service', 'records')] } }),
        object('HTTPRoute', 'labs', { spec: { parentRefs: [refers('Service', 'labs')] } }),
      ],
      policies: [
        object('AuthorizationPolicy', 'admin', { spec: { targetRef: refers('Gateway', 'wp') } }),
        object('AuthorizationPolicy', 'far', { spec: { targetRefs: [refers('Gateway', 'wp', 'pharmacy')] } }),
      ],
    };
    const answer = waypointStatus({ objects, waypoints: [gateway()], pods: undefined, namespace: undefined });
    expect(answer.waypoints[0]?.users.map(({ name }) => name)).toEqual(['records']);
    expect(answer.waypoints[0]?.attached.map(({ name }) => name)).toEqual(['records', 'admin']);
    expect(answer.unbound.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'lost: waypoint clinic/ghost does not exist',
    ]);
  });
});

test('ports of a listeners page are those of addresses, not of internal listeners', () => {
  const address = (port: unknown): object => ({ local_address: { socket_address: { port_value: port } } });
  const internal = { local_address: { envoy_internal_address: { server_listener_name: 'main_internal' } } };
  expect(listeningPorts({ listener_statuses: [address(15008), internal, address('x'), null] })).toEqual([
    15008,
  ]);
  expect([null, [], {}].map(listeningPorts)).toEqual([[], [], []]);
});
