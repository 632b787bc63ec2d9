import { describe, expect, it } from 'vitest';
import { ambientFacts, ztunnelMtls } from '../../../../src/answers/describe/ambient.ts';
import { waypointOf } from '../../../../src/answers/describe/waypoints.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { ztunnelWorkload } from '../../../../src/mesh/ztunnel-workload.ts';
import { meshOf, object, pod, service } from '../../../helpers/objects.ts';

const CAPTURED = pod(
  'clinic/labs-0',
  { app: 'labs' },
  { proxy: false, annotations: { 'ambient.istio.io/redirection': 'enabled' } },
);
const REF = { name: 'ztunnel-1', namespace: 'istio-system' };

function dump(policies: readonly unknown[], names: readonly string[]) {
  return {
    workloads: [{ name: 'labs-0', namespace: 'clinic', protocol: 'HBONE', authorizationPolicies: names }],
    policies,
  };
}

const NO_IDENTITY = [{ notPrincipals: [{ Presence: [] }] }];

function converted(clause?: Readonly<Record<string, unknown>>) {
  const rule = clause === undefined ? [NO_IDENTITY] : [NO_IDENTITY, [clause]];
  return { namespace: 'clinic', name: 'converted_peer_authentication_labs', rules: [rule] };
}

describe('what a ztunnel enforces on a port', () => {
  it.each([
    ['STRICT', ['istio-system/istio_converted_static_strict'], undefined, 80],
    ['PERMISSIVE', [], undefined, 80],
    ['PERMISSIVE', ['clinic/converted_peer_authentication_labs'], { notDestinationPorts: [80] }, 80],
    ['STRICT', ['clinic/converted_peer_authentication_labs'], { notDestinationPorts: [80] }, 90],
    ['STRICT', ['clinic/converted_peer_authentication_labs'], { destinationPorts: [80] }, 80],
    ['PERMISSIVE', ['clinic/converted_peer_authentication_labs'], { destinationPorts: [80] }, 90],
  ] as const)('is %s by %j %j on port %i', (mode, names, clause, port) => {
    const page = dump([converted(clause)], names);
    expect(ztunnelMtls(ztunnelWorkload(page, { name: 'labs-0', namespace: 'clinic' }), port, page)).toBe(
      mode,
    );
  });
});

it('a ztunnel that could not be asked is dead only when no istiod knows it either', () => {
  const failed = (state: 'never-connected' | 'in-sync') =>
    ambientFacts(CAPTURED, meshOf([CAPTURED]), {
      kind: 'failed',
      ref: REF,
      reason: 'forbidden',
      row: { proxy: 'x', cluster: '', namespace: '', type: 'ztunnel', state, problems: [], types: [] },
    }).problems.map(({ kind }) => kind);
  expect(failed('never-connected')).toEqual(['ztunnel-dead']);
  expect(failed('in-sync')).toEqual([]);
});

describe('the waypoint of a service', () => {
  const labs = (labels: Readonly<Record<string, string>>): KubeObject => {
    const made = service('clinic/labs');
    return { ...made, metadata: { ...made.metadata, labels } };
  };
  const gateway = (kind: string | undefined, className = 'istio-waypoint') =>
    object(
      'KubeGateway',
      'clinic/wp',
      { gatewayClassName: className },
      kind === undefined ? {} : { labels: { 'istio.io/waypoint-for': kind } },
    );
  const namespace = (labels: Readonly<Record<string, string>>) =>
    ({ ...object('Namespace', '/clinic'), metadata: { name: 'clinic', labels } }) as KubeObject;
  const USE = { 'istio.io/use-waypoint': 'wp' };
  const ask = (subject: KubeObject, ...others: KubeObject[]) => {
    const proxy = { pod: 'wp-1.clinic', refused: [], isDead: false };
    const { waypoint, problems } = waypointOf(subject, meshOf([subject, ...others]), () => proxy);
    return [waypoint?.serves, ...problems.map(({ kind }) => kind)];
  };

  it.each([
    ['none is asked for', labs({}), [], [undefined]],
    ['its own label names one', labs(USE), [gateway(undefined)], [true]],
    ['its namespace names one', labs({}), [gateway('all'), namespace(USE)], [true]],
    ['it opts out', labs({ 'istio.io/use-waypoint': 'none' }), [namespace(USE), gateway('all')], [undefined]],
    ['the waypoint does not exist', labs(USE), [], [false, 'waypoint-missing']],
    ['the waypoint serves workloads', labs(USE), [gateway('workload')], [false, 'waypoint-for']],
    [
      'the namespace names one that serves workloads',
      labs({}),
      [gateway('workload'), namespace(USE)],
      [undefined],
    ],
    ['the Gateway is of another class', labs(USE), [gateway(undefined, 'istio')], [false, 'waypoint-class']],
  ])('when %s', (_, subject, others, expected) => {
    expect(ask(subject, ...others)).toEqual(expected);
  });
});
