import { describe, expect, it } from 'vitest';
import { impactOf } from '../../../src/graph/impact.ts';
import { Receivers } from '../../../src/graph/receivers.ts';
import { graphOf, service, workload } from './graph-of.ts';

const GATEWAY_POD = `---
apiVersion: v1
kind: Pod
metadata: {name: gw-1, namespace: edge, labels: {app: gw}}
spec: {containers: [{name: istio-proxy, image: proxyv2, args: [proxy, router]}]}
`;
const MESH = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec: {selector: {app: gw}, servers: [{tls: {credentialName: cert}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: cert, namespace: edge}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec: {hosts: [web.example], gateways: [edge/public], http: [{delegate: {name: part}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: part}
spec: {http: [{route: [{destination: {host: cart}}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart}
spec: {host: cart, exportTo: [.]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: payments}
spec: {egress: [{hosts: [./*]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart}
spec: {selector: {matchLabels: {app: cart}}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
${GATEWAY_POD}${service('cart')}${workload('cart')}${workload('web')}${workload('ledger', 'payments')}`;

function affected(yaml: string, id: string) {
  const { graph, resources } = graphOf(yaml);
  const node = graph.nodes.get(id);
  if (node === undefined) throw new Error(`no node ${id}`);
  const { objects, proxies } = impactOf(graph, node, new Receivers(resources, graph));
  return {
    objects: objects.map(({ node: { id: name }, distance }) => `${distance} ${name}`),
    proxies: proxies.map(({ name }) => name).sort(),
  };
}

describe('the impact of a change', () => {
  it('of a Secret: the gateway that reads it, its routes, and the proxies of that gateway alone', () => {
    expect(affected(MESH, 'Secret edge/cert')).toEqual({
      objects: ['1 Gateway edge/public', '2 VirtualService shop/web'],
      proxies: ['gw-1.edge'],
    });
  });

  it('of a delegate: the proxies of the one that delegates to it', () => {
    expect(affected(MESH, 'VirtualService shop/part')).toEqual({
      objects: ['1 VirtualService shop/web'],
      proxies: ['gw-1.edge'],
    });
  });

  it('of a Service: whoever sees it, by its exports and by the Sidecars of its clients', () => {
    expect(affected(MESH, 'Service shop/cart')).toEqual({
      objects: ['1 DestinationRule shop/cart', '1 VirtualService shop/part', '2 VirtualService shop/web'],
      proxies: ['cart.shop', 'gw-1.edge', 'web.shop'],
    });
  });

  it('of a DestinationRule that is not exported: its own namespace', () => {
    expect(affected(MESH, 'DestinationRule shop/cart').proxies).toEqual(['cart.shop', 'web.shop']);
  });

  it('of a DestinationRule that is neither beside the service nor in the root namespace: its own namespace', () => {
    const rule = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: far, namespace: team}
spec: {host: cart.shop.svc.cluster.local}
${workload('job', 'team')}`;
    expect(affected(MESH + rule, 'DestinationRule team/far').proxies).toEqual(['job.team']);
  });

  it('of a policy: the workloads that it selects; of one for the mesh: everybody', () => {
    expect(affected(MESH, 'AuthorizationPolicy shop/cart')).toEqual({ objects: [], proxies: ['cart.shop'] });
    expect(affected(MESH, 'PeerAuthentication istio-system/default').proxies).toEqual([
      'cart.shop',
      'gw-1.edge',
      'ledger.payments',
      'web.shop',
    ]);
  });

  it('of a Sidecar: the proxies that it is for', () => {
    expect(affected(MESH, 'Sidecar payments/default').proxies).toEqual(['ledger.payments']);
  });

  it('of a workload: its own proxies, and those that see a Service of it; not the policies that select it', () => {
    const { objects, proxies } = affected(MESH, 'Deployment shop/cart');
    expect(objects).not.toContain('1 AuthorizationPolicy shop/cart');
    expect(objects).toContain('1 Service shop/cart');
    expect(proxies).toEqual(['cart.shop', 'gw-1.edge', 'web.shop']);
  });

  it('of a policy for a Service of an ambient mesh: its waypoint', () => {
    const yaml = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: way}
spec: {gatewayClassName: istio-waypoint}
---
apiVersion: v1
kind: Pod
metadata: {name: way-1, labels: {gateway.networking.k8s.io/gateway-name: way}}
spec: {containers: [{name: istio-proxy, image: proxyv2, args: [proxy, waypoint]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, labels: {istio.io/use-waypoint: way}}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart}
spec: {targetRefs: [{kind: Service, group: "", name: cart}]}
${workload('web')}`;
    expect(affected(yaml, 'AuthorizationPolicy shop/cart').proxies).toEqual(['way-1.shop']);
  });
});
