import { loadAll } from 'js-yaml';
import { buildGraph } from '../../../src/graph/build.ts';
import type { GraphGaps } from '../../../src/graph/collector.ts';
import type { DependencyGraph } from '../../../src/graph/graph.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { createResourceSet, type ResourceSet } from '../../../src/mesh/resource-set.ts';

/** Objects of YAML documents; one without a namespace is of `shop`, kinds that have none excepted. */
export function objectsOf(yaml: string): KubeObject[] {
  return (loadAll(yaml) as KubeObject[])
    .filter((one) => one !== null && one !== undefined)
    .map((one) =>
      one.metadata.namespace === undefined && !CLUSTER.has(one.kind)
        ? { ...one, metadata: { namespace: 'shop', ...one.metadata } }
        : one,
    );
}

const CLUSTER = new Set(['GatewayClass', 'MutatingWebhookConfiguration', 'Namespace']);

/** The graph of YAML documents. */
export function graphOf(
  yaml: string,
  gaps: GraphGaps = {},
): { readonly graph: DependencyGraph; readonly resources: ResourceSet } {
  const resources = createResourceSet(objectsOf(yaml));
  return { graph: buildGraph(resources, gaps), resources };
}

/** Every reference of one resource as `relation -> target (state) at path`. */
export function references(graph: DependencyGraph, from: string): string[] {
  return graph
    .out(from)
    .map(({ relation, to, state, path }) => `${relation} -> ${to} (${state}) at ${path.join('.')}`);
}

/** A Deployment with a label `app`, and the service account of the same name. */
export function workload(name: string, namespace = 'shop', more = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  template:
    metadata: {labels: {app: ${name}, sidecar.istio.io/inject: "true"}}
    spec: {serviceAccountName: ${name}${more}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ${name}, namespace: ${namespace}}
`;
}

/** A Service in front of the workload with the same name. */
export function service(name: string, namespace = 'shop'): string {
  return `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{port: 80, name: http}]}
`;
}
