import {
  asArray,
  asNumber,
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { messages } from './messages.ts';

/** Services that lead to a port that their pods do not name. */
export const analyzer = defineAnalyzer({
  name: 'service.TargetPortAnalyzer',
  description: 'Checks that a container has the port that a service leads to.',
  inputs: ['Service', 'Pod'],
  messages,
  codes: ['MSH0006'],
  scope: 'mesh',
  analyze: (context) => {
    for (const service of context.all('Service')) {
      const selector = equalitySelector(field(service, 'spec', 'selector'));
      if (selector.length === 0) continue;
      const pods = context.select('Pod', selector, service.metadata.namespace ?? '');
      const [pod] = pods;
      const ports = pods.flatMap(portsOf);
      // Where no port is named at all, nothing can be told.
      if (pod === undefined || ports.length === 0) continue;
      asObjects(field(service, 'spec', 'ports')).forEach((port, index) => {
        const number = asNumber(port['port']) ?? 0;
        const targetPort = asNumber(port['targetPort']) ?? asString(port['targetPort']) ?? number;
        if (ports.some((one) => one.number === targetPort || one.name === targetPort)) return;
        const last = port['targetPort'] === undefined ? 'port' : 'targetPort';
        const at = {
          resource: service,
          path: ['spec', 'ports', index, last],
          related: [pod],
          confidence: 'likely',
        } as const;
        context.report('MSH0006', { port: number, targetPort, workload: pod.metadata.name }, at);
      });
    }
  },
});

/** Ports of Istio's own containers: listeners come and go with the configuration, and no port is declared for them. */
function isProxy(container: unknown): boolean {
  return field(container, 'name') === 'istio-proxy';
}

/** Ports that the containers of a pod name; none for a pod that is but a proxy (a gateway or waypoint). */
function portsOf(
  pod: KubeObject,
): { readonly number: number | undefined; readonly name: string | undefined }[] {
  return [...asArray(field(pod, 'spec', 'containers')), ...asArray(field(pod, 'spec', 'initContainers'))]
    .filter((container) => !isProxy(container))
    .flatMap((container) => asObjects(field(container, 'ports')))
    .map((port) => ({ number: asNumber(port['containerPort']), name: asString(port['name']) }));
}
