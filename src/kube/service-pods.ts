import { isIP } from 'node:net';
import { asArray, asNumber, asObjects, asString, asStrings, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';
import { equalitySelector, matchesSelector } from './selector.ts';

/**
 * The Service that a host name or cluster address stands for: `cart`, `cart.shop`, `cart.shop.svc…`; a bare name is one
 * of `namespace`. `undefined` when there is none.
 */
export function findService(
  services: readonly KubeObject[],
  host: string,
  namespace: string,
): KubeObject | undefined {
  if (isIP(host) !== 0) {
    return services.find(
      (one) =>
        field(one, 'spec', 'clusterIP') === host || asArray(field(one, 'spec', 'clusterIPs')).includes(host),
    );
  }
  const [name, inNamespace = namespace, word = 'svc'] = host.split('.');
  if (word !== 'svc') return undefined;
  return services.find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === inNamespace,
  );
}

/** Whether the Service's selector picks the pod; a Service without selector picks none. */
export function selectsPod(service: KubeObject, pod: KubeObject): boolean {
  const selector = equalitySelector(field(service, 'spec', 'selector'));
  return (
    selector.length > 0 &&
    (service.metadata.namespace ?? '') === (pod.metadata.namespace ?? '') &&
    matchesSelector(selector, pod.metadata.labels)
  );
}

/** The port of the pod that a Service's port leads to, by number or container port name; `undefined` for none. */
export function targetPort(service: KubeObject, port: number, pod: KubeObject): number | undefined {
  const entry = asObjects(field(service, 'spec', 'ports')).find((one) => one['port'] === port);
  if (entry === undefined) return undefined;
  const target = entry['targetPort'] ?? port;
  const name = asString(target);
  if (name === undefined) return asNumber(target);
  for (const container of asObjects(field(pod, 'spec', 'containers'))) {
    const named = asObjects(container['ports']).find((one) => one['name'] === name);
    const number = asNumber(named?.['containerPort']);
    if (number !== undefined) return number;
  }
  return undefined;
}

/** The ports of a Service, in its order. */
export function servicePorts(service: KubeObject): number[] {
  return asObjects(field(service, 'spec', 'ports')).flatMap((one) => asNumber(one['port']) ?? []);
}

/** The addresses of a pod. */
export function podAddresses(pod: KubeObject): string[] {
  const more = asObjects(field(pod, 'status', 'podIPs')).map((one) => one['ip']);
  return [...new Set(asStrings([field(pod, 'status', 'podIP'), ...more]))];
}
