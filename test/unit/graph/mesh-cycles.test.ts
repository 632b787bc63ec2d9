import { describe, expect, it } from 'vitest';
import { meshCycles } from '../../../src/graph/mesh-cycles.ts';
import { graphOf, service, workload } from './graph-of.ts';

function cyclesOf(yaml: string) {
  const { graph, resources } = graphOf(yaml);
  return meshCycles(resources, graph).map(({ kind, isHarmful, steps }) => ({
    kind,
    isHarmful,
    steps: steps.map(({ from, to }) => `${from} > ${to}`),
  }));
}

const route = (name: string, host: string, more = '') => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}}
spec: {hosts: [${name}], http: [{route: [{destination: {host: ${host}}}]}]${more}}
`;

describe('cycles of a mesh', () => {
  it('are none between Services and their pods, or in a route to the own host', () => {
    expect(cyclesOf(service('cart') + workload('cart') + route('cart', 'cart'))).toEqual([]);
  });

  it('are harmless when two hosts of the mesh lead to each other', () => {
    const found = cyclesOf(service('a') + service('b') + route('a', 'b') + route('b', 'a'));
    expect(found).toEqual([
      {
        kind: 'swapped hosts',
        isHarmful: false,
        steps: [
          'a.shop.svc.cluster.local > b.shop.svc.cluster.local',
          'b.shop.svc.cluster.local > a.shop.svc.cluster.local',
        ],
      },
    ]);
  });

  it('are not seen where the routes are of a gateway alone', () => {
    const more = ', gateways: [edge/public]';
    expect(cyclesOf(service('a') + service('b') + route('a', 'b', more) + route('b', 'a', more))).toEqual([]);
  });

  it('are delegates of each other', () => {
    const delegate = (name: string, to: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}}
spec: {http: [{delegate: {name: ${to}}}]}
`;
    expect(cyclesOf(delegate('a', 'b') + delegate('b', 'c') + delegate('c', 'a'))).toEqual([
      {
        kind: 'delegation',
        isHarmful: true,
        steps: [
          'VirtualService shop/a > VirtualService shop/b',
          'VirtualService shop/b > VirtualService shop/c',
          'VirtualService shop/c > VirtualService shop/a',
        ],
      },
    ]);
  });

  it('are names that stand for each other', () => {
    const alias = (name: string, to: string) => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: ExternalName, externalName: ${to}.shop.svc.cluster.local}
`;
    expect(cyclesOf(alias('a', 'b') + alias('b', 'a')).map(({ kind }) => kind)).toEqual(['alias']);
    expect(cyclesOf(alias('a', 'b') + service('b'))).toEqual([]);
  });

  const authorizer = (selected: string) => `
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: meshconfig, namespace: istio-system}
extensionProviders: [{name: authorizer, envoyExtAuthzHttp: {service: authz.shop.svc.cluster.local}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ask}
spec: {action: CUSTOM, provider: {name: authorizer}, selector: {matchLabels: {app: ${selected}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: authz-0, labels: {app: authz}}
spec: {containers: [{name: app}, {name: istio-proxy, image: proxyv2}]}
${service('authz')}${workload('cart')}`;

  it('are authorizers that are asked about requests to themselves', () => {
    expect(cyclesOf(authorizer('authz'))).toEqual([
      {
        kind: 'authorization',
        isHarmful: true,
        steps: [
          'AuthorizationPolicy shop/ask > ExtensionProvider authorizer',
          'ExtensionProvider authorizer > Service shop/authz',
          'Service shop/authz > Pod shop/authz-0',
          'Pod shop/authz-0 > AuthorizationPolicy shop/ask',
        ],
      },
    ]);
    expect(cyclesOf(authorizer('cart'))).toEqual([]);
  });
});
