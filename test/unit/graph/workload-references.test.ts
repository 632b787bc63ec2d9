import { describe, expect, it } from 'vitest';
import { graphOf, references, service, workload } from './graph-of.ts';

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

  it('go to waypoints of other namespaces only where those allow it', () => {
    const waypoint = (name: string, namespaces: string) => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: edge}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008${namespaces}}]}
`;
    const labelled = (waypoint: string) => `---
apiVersion: v1
kind: Service
metadata: {name: to-${waypoint}, labels: {istio.io/use-waypoint: ${waypoint}, istio.io/use-waypoint-namespace: edge}}
spec: {ports: [{port: 80}]}
`;
    const { graph } =
      graphOf(`${waypoint('same', '')}${waypoint('all', ', allowedRoutes: {namespaces: {from: All}}')}${waypoint(
        'some',
        ', allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}',
      )}${labelled('same')}${labelled('all')}${labelled('some')}---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
`);
    const states = ['same', 'all', 'some'].map((name) =>
      graph.out(`Service shop/to-${name}`).map(({ state }) => state),
    );
    expect(states).toEqual([['unusable'], ['found'], ['found']]);
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
