import { describe, expect, it } from 'vitest';
import { graphOf, references, service, workload } from './graph-of.ts';

describe('references of a VirtualService', () => {
  const ROUTES = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart}
spec:
  hosts: [cart, cart.example]
  gateways: [mesh, edge/public, old.edge]
  exportTo: [., payments]
  http:
    - match: [{gateways: [edge/public]}]
      route:
        - destination: {host: cart, subset: v1}
        - destination: {host: cart, subset: v9}
      mirror: {host: gone}
    - delegate: {name: part, namespace: team}
    - delegate: {name: hosted}
    - delegate: {name: nowhere}
    - redirect: {authority: cart.shop.svc.cluster.local}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart}
spec: {host: cart, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: part, namespace: team}
spec: {exportTo: [other]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: hosted}
spec: {hosts: [cart]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec: {servers: []}
---
apiVersion: v1
kind: Namespace
metadata: {name: payments}
${service('cart')}`;

  it('have the field that each stands in, and say what became of it', () => {
    const { graph } = graphOf(ROUTES);
    expect(references(graph, 'VirtualService shop/cart')).toEqual([
      'is exported to -> Namespace payments (found) at spec.exportTo.1',
      'is bound to -> Gateway edge/public (found) at spec.gateways.1',
      'is bound to -> Gateway edge/old (missing) at spec.gateways.2',
      'applies to -> Service shop/cart (found) at spec.hosts.0',
      'is bound to -> Gateway edge/public (found) at spec.http.0.match.0.gateways.0',
      'mirrors to -> Host gone.shop.svc.cluster.local (missing) at spec.http.0.mirror.host',
      'routes to -> Service shop/cart (found) at spec.http.0.route.0.destination.host',
      'uses subset of -> DestinationRule shop/cart (found) at spec.http.0.route.0.destination.subset',
      'routes to -> Service shop/cart (found) at spec.http.0.route.1.destination.host',
      'uses subset of -> Subset cart.shop.svc.cluster.local v9 (missing) at spec.http.0.route.1.destination.subset',
      'delegates to -> VirtualService team/part (unusable) at spec.http.1.delegate.name',
      'delegates to -> VirtualService shop/hosted (unusable) at spec.http.2.delegate.name',
      'delegates to -> VirtualService shop/nowhere (missing) at spec.http.3.delegate.name',
      'redirects to -> Service shop/cart (found) at spec.http.4.redirect.authority',
    ]);
    expect(graph.out('VirtualService shop/cart').flatMap(({ note }) => note ?? [])).toEqual([
      'it is not exported to namespace shop',
      'it has hosts of its own',
    ]);
  });

  it('miss no subset of a host that is missing itself', () => {
    const { graph } = graphOf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart}
spec: {hosts: [x.example], http: [{route: [{destination: {host: gone, subset: v1}}]}]}`);
    expect(graph.dangling.map(({ relation }) => relation)).toEqual(['routes to']);
  });

  it('are unusable when the host is not exported to them', () => {
    const { graph } = graphOf(`
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: payments, annotations: {networking.istio.io/exportTo: .}}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart}
spec: {hosts: [x.example], http: [{route: [{destination: {host: ledger.payments.svc.cluster.local}}]}]}`);
    expect(references(graph, 'VirtualService shop/cart')).toEqual([
      'routes to -> Service payments/ledger (unusable) at spec.http.0.route.0.destination.host',
    ]);
  });
});

describe('references of gateways', () => {
  it('name Secrets beside the pods of the gateway', () => {
    const { graph } = graphOf(`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public}
spec:
  selector: {app: gw}
  servers:
    - tls: {credentialName: cert}
    - tls: {credentialName: "kubernetes://edge/gone"}
    - tls: {credentialName: "builtin://"}
    - tls: {credentialName: "configmap://edge/ca"}
---
apiVersion: v1
kind: Secret
metadata: {name: cert, namespace: edge}
${workload('gw', 'edge')}`);
    expect(references(graph, 'Gateway shop/public')).toEqual([
      'selects -> Deployment edge/gw (found) at spec.selector',
      'reads -> Secret edge/cert (found) at spec.servers.0.tls.credentialName',
      'reads -> Secret edge/gone (missing) at spec.servers.1.tls.credentialName',
    ]);
  });

  const KUBERNETES = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec:
  gatewayClassName: other
  listeners:
    - tls: {certificateRefs: [{name: cert, namespace: secrets}, {name: own}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart}
spec:
  parentRefs: [{name: web, namespace: edge}]
  rules:
    - backendRefs: [{name: ledger, namespace: payments}, {name: cart}]
---
apiVersion: v1
kind: Secret
metadata: {name: cert, namespace: secrets}
---
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: payments}
spec: {ports: [{port: 80}]}
`;
  const GRANTS = `---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: routes, namespace: payments}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service, name: ledger}]
`;

  it('need a grant to refer to another namespace', () => {
    const { graph } = graphOf(KUBERNETES + service('cart'));
    expect(references(graph, 'GatewayApiGateway edge/web')).toEqual([
      'is of class -> GatewayClass other (missing) at spec.gatewayClassName',
      'reads -> Secret secrets/cert (unusable) at spec.listeners.0.tls.certificateRefs.0.name',
      'reads -> Secret edge/own (missing) at spec.listeners.0.tls.certificateRefs.1.name',
    ]);
    expect(references(graph, 'HTTPRoute shop/cart')).toEqual([
      'is bound to -> GatewayApiGateway edge/web (found) at spec.parentRefs.0.name',
      'routes to -> Service payments/ledger (unusable) at spec.rules.0.backendRefs.0.name',
      'routes to -> Service shop/cart (found) at spec.rules.0.backendRefs.1.name',
    ]);
  });

  it('are found with one', () => {
    const { graph } = graphOf(KUBERNETES + GRANTS + service('cart'));
    expect(references(graph, 'HTTPRoute shop/cart')[1]).toContain('Service payments/ledger (found)');
    expect(references(graph, 'ReferenceGrant payments/routes')).toEqual([
      'names -> Namespace shop (missing) at spec.from.0.namespace',
      'allows -> Service payments/ledger (found) at spec.to.0.name',
    ]);
  });
});

describe('references of policies', () => {
  const CONFIG = `
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: meshconfig, namespace: istio-system}
extensionProviders:
  - name: authorizer
    envoyExtAuthzGrpc: {service: auth/authz.auth.svc.cluster.local, port: 9000}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ask}
spec:
  action: CUSTOM
  provider: {name: authorizer}
  selector: {matchLabels: {app: cart}}
  rules:
    - from:
        - source: {principals: [cluster.local/ns/shop/sa/cart, "*/ns/x/sa/y"], namespaces: [gone]}
        - source: {serviceAccounts: [payments/nobody, cart]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: unknown-provider}
spec: {action: CUSTOM, provider: {name: nobody}}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs}
spec: {accessLogging: [{providers: [{name: envoy}, {name: lost}]}]}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: tokens}
spec:
  jwtRules:
    - {issuer: a, jwksUri: "https://keys.example/jwks"}
    - {issuer: b, jwksUri: "http://authz.auth/jwks"}
    - {issuer: c, jwksUri: "not an address"}
${service('authz', 'auth')}${workload('authz', 'auth')}${workload('cart')}`;

  it('lead to workloads, identities and providers', () => {
    const { graph } = graphOf(CONFIG);
    expect(references(graph, 'AuthorizationPolicy shop/ask')).toEqual([
      'asks -> ExtensionProvider authorizer (found) at spec.provider.name',
      'names -> Namespace gone (missing) at spec.rules.0.from.0.source.namespaces.0',
      'names -> ServiceAccount shop/cart (found) at spec.rules.0.from.0.source.principals.0',
      'names -> ServiceAccount payments/nobody (missing) at spec.rules.0.from.1.source.serviceAccounts.0',
      'names -> ServiceAccount shop/cart (found) at spec.rules.0.from.1.source.serviceAccounts.1',
      'selects -> Deployment shop/cart (found) at spec.selector.matchLabels',
    ]);
    expect(references(graph, 'ExtensionProvider authorizer')).toEqual([
      'is served by -> Service auth/authz (found) at extensionProviders.0.envoyExtAuthzGrpc.service',
    ]);
    expect(references(graph, 'AuthorizationPolicy shop/unknown-provider')).toEqual([
      'asks -> ExtensionProvider nobody (missing) at spec.provider.name',
    ]);
    expect(references(graph, 'Telemetry shop/logs')).toEqual([
      'asks -> ExtensionProvider lost (missing) at spec.accessLogging.0.providers.1.name',
    ]);
  });

  it('lead to the hosts of keys, which may lie outside', () => {
    const { graph } = graphOf(CONFIG);
    expect(references(graph, 'RequestAuthentication shop/tokens')).toEqual([
      'asks -> Host keys.example (outside) at spec.jwtRules.0.jwksUri',
      'asks -> Service auth/authz (found) at spec.jwtRules.1.jwksUri',
    ]);
  });

  it('of the root namespace select in all namespaces', () => {
    const { graph } = graphOf(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: all, namespace: istio-system}
spec: {selector: {matchLabels: {app: cart}}}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: all, namespace: istio-system}
spec: {workloadSelector: {labels: {app: cart}}}
${workload('cart')}`);
    expect(graph.in('Deployment shop/cart').map(({ from }) => from)).toEqual([
      'AuthorizationPolicy istio-system/all',
      'EnvoyFilter istio-system/all',
    ]);
  });
});
