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

describe('references of workloads and what is around them', () => {
  it('go from workloads to accounts, from entries to groups, from Services to both', () => {
    const { graph } = graphOf(`
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm-1, annotations: {istio.io/autoRegistrationGroup: vms}}
spec: {address: 10.0.0.1, labels: {app: cart}, serviceAccount: vm}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vms}
spec: {metadata: {labels: {app: cart}}, template: {serviceAccount: cart}}
${service('cart')}${workload('cart')}`);
    expect(references(graph, 'Service shop/cart').map((text) => text.split(' (')[0])).toEqual([
      'selects -> Deployment shop/cart',
      'selects -> WorkloadEntry shop/vm-1',
      'selects -> WorkloadGroup shop/vms',
    ]);
    expect(references(graph, 'Deployment shop/cart')).toEqual([
      'runs as -> ServiceAccount shop/cart (found) at spec.template.spec.serviceAccountName',
    ]);
    expect(references(graph, 'WorkloadEntry shop/vm-1')).toEqual([
      'is of group -> WorkloadGroup shop/vms (found) at metadata.annotations.istio.io/autoRegistrationGroup',
      'runs as -> ServiceAccount shop/vm (missing) at spec.serviceAccount',
    ]);
    expect(references(graph, 'WorkloadGroup shop/vms')).toEqual([
      'runs as -> ServiceAccount shop/cart (found) at spec.template.serviceAccount',
    ]);
  });

  it('go from namespaces by revision or tag to the webhook, and from there to istiod', () => {
    const { graph } = graphOf(`
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: prod}}
---
apiVersion: v1
kind: Namespace
metadata: {name: legacy, labels: {istio.io/rev: gone}}
---
apiVersion: v1
kind: Namespace
metadata: {name: off, labels: {istio.io/rev: gone, istio-injection: disabled}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-revision-tag-prod, labels: {istio.io/rev: 1-30, istio.io/tag: prod}}
webhooks: [{clientConfig: {service: {name: istiod-1-30, namespace: istio-system}}}]
${service('istiod-1-30', 'istio-system')}`);
    expect(references(graph, 'Namespace shop')).toEqual([
      'is injected by -> MutatingWebhookConfiguration istio-revision-tag-prod (found) at metadata.labels.istio.io/rev',
    ]);
    expect(references(graph, 'MutatingWebhookConfiguration istio-revision-tag-prod')).toEqual([
      'calls -> Service istio-system/istiod-1-30 (found) at webhooks.0.clientConfig.service.name',
    ]);
    expect(references(graph, 'Namespace legacy')).toEqual([
      'is injected by -> Revision gone (missing) at metadata.labels.istio.io/rev',
    ]);
    expect(references(graph, 'Namespace off')).toEqual([]);
  });

  it('go to waypoints, which must be of a class of waypoints', () => {
    const gateway = (name: string, of: string) => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}}
spec: {gatewayClassName: ${of}}
`;
    const labelled = (name: string, waypoint: string) => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, labels: {istio.io/use-waypoint: ${waypoint}}}
spec: {ports: [{port: 80}]}
`;
    const { graph } = graphOf(
      gateway('way', 'istio-waypoint') +
        gateway('web', 'istio') +
        labelled('a', 'way') +
        labelled('b', 'web') +
        labelled('c', 'gone') +
        labelled('d', 'none'),
    );
    const states = ['a', 'b', 'c', 'd'].map((name) =>
      graph.out(`Service shop/${name}`).map(({ state }) => state),
    );
    expect(states).toEqual([['found'], ['unusable'], ['missing'], []]);
  });

  it('go from an Ingress, an ExternalName, a NetworkPolicy and a remote secret', () => {
    const { graph } = graphOf(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend: {service: {name: cart}}
  rules: [{http: {paths: [{backend: {service: {name: gone}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: ExternalName, externalName: db.example}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart}
spec: {podSelector: {matchLabels: {app: cart}}}
---
apiVersion: v1
kind: Secret
metadata: {name: istio-remote-secret-west, labels: {istio/multiCluster: "true"}}
data: {west: c2VjcmV0}
${service('cart')}${workload('cart')}`);
    expect(references(graph, 'Ingress shop/web')).toEqual([
      'routes to -> Service shop/cart (found) at spec.defaultBackend.service.name',
      'routes to -> Service shop/gone (missing) at spec.rules.0.http.paths.0.backend.service.name',
    ]);
    expect(references(graph, 'Service shop/outside')).toEqual([
      'is an alias of -> Host db.example (outside) at spec.externalName',
    ]);
    expect(references(graph, 'NetworkPolicy shop/cart')).toEqual([
      'selects -> Deployment shop/cart (found) at spec.podSelector.matchLabels',
    ]);
    expect(references(graph, 'Secret shop/istio-remote-secret-west')).toEqual([
      'gives access to -> Cluster west (outside) at data.west',
    ]);
  });
});

describe('what was not read', () => {
  it('is not called missing', () => {
    const yaml = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public}
spec: {selector: {app: gw}, servers: [{tls: {credentialName: cert}}]}
${workload('gw')}`;
    const incomplete = new Set(['Secret'] as const);
    expect(graphOf(yaml).graph.dangling.length).toBe(1);
    expect(graphOf(yaml, { incomplete }).graph.dangling).toEqual([]);
  });
});
