import type { KubeObject } from '../kube/object.ts';
import { asString, field } from '../util/json.ts';
import { DEFAULT_ROOT_NAMESPACE } from './mesh-config.ts';

/** Marks what nobody wrote; an annotation, so that a copy is marked, too. */
const STAND_IN = { 'meshscope.io/stand-in': 'default ingress gateway' };

/** Whether an object stands in for one that was not read: nothing can be found wrong with it. */
export function isStandIn(object: KubeObject | undefined): boolean {
  return object?.metadata.annotations?.['meshscope.io/stand-in'] !== undefined;
}

/** Ports of its Service, and those of the pod that they lead to: a Gateway may name either. */
const PORTS: readonly (readonly [port: number, targetPort: number])[] = [
  [80, 8080],
  [443, 8443],
  [31400, 31400],
  [15443, 15443],
];

/**
 * The ingress gateway that files alone do not hold, because the installation brings it: a Pod and a Service with its
 * usual label and ports. None when the mesh config turns the ingress off.
 */
export function defaultIngressGateway(
  meshConfig: KubeObject | undefined,
  istioNamespace = DEFAULT_ROOT_NAMESPACE,
): readonly KubeObject[] {
  if (field(meshConfig, 'ingressControllerMode') === 'OFF') return [];
  const labels = { istio: 'ingressgateway' };
  const name = asString(field(meshConfig, 'ingressService')) || 'istio-ingressgateway';
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'istio-ingressgateway-default',
        namespace: istioNamespace,
        labels,
        annotations: STAND_IN,
      },
      spec: { containers: [{ name: 'istio-proxy' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: istioNamespace, labels, annotations: STAND_IN },
      spec: {
        selector: labels,
        ports: PORTS.map(([port, targetPort]) => ({
          name: `tcp-${port}`,
          port,
          protocol: 'TCP',
          targetPort,
        })),
      },
    },
  ];
}
