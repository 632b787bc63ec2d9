import { asStrings, defineAnalyzer, field } from '#analysis';
import { objectId } from '#kube/oldest-first';
import { messages } from './messages.ts';

const OF_CLUSTER = /^([^.*]+)\.([^.]+)\.svc\.[^.]+\.[^.]+$/;

/** Service entries for the name of a Service. */
export const analyzer = defineAnalyzer({
  name: 'serviceentry.KubernetesServiceAnalyzer',
  description: 'Checks that no service entry has the host of a Service.',
  inputs: ['Service', 'ServiceEntry'],
  messages,
  codes: ['MSH0041'],
  scope: 'mesh',
  analyze: (context) => {
    for (const resource of context.all('ServiceEntry')) {
      for (const [index, host] of asStrings(field(resource, 'spec', 'hosts')).entries()) {
        const [, name = '', namespace = ''] = OF_CLUSTER.exec(host) ?? [];
        const service = name === '' ? undefined : context.get('Service', namespace, name);
        if (service === undefined) continue;
        const at = { resource, path: ['spec', 'hosts', index], related: [service] };
        context.report('MSH0041', { host, service: objectId(service) }, at);
      }
    }
  },
});
