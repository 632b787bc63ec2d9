import { asNumber, asObjects, asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Protocols that share a port by host; any two of different groups can't. */
const GROUPS: Readonly<Record<string, string>> = {
  HTTP: 'HTTP',
  HTTPS: 'TLS',
  TLS: 'TLS',
  TCP: 'TCP',
  UDP: 'UDP',
};

/** Listeners of one Gateway that take each other's connections. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.ListenersAnalyzer',
  description: 'Checks that the listeners of a Gateway API gateway differ in port or host.',
  inputs: ['GatewayApiGateway'],
  messages,
  codes: ['MSH0042'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('GatewayApiGateway')) {
      const seen = new Map<string, string>();
      const groups = new Map<number, { readonly name: string; readonly group: string }>();
      asObjects(field(resource, 'spec', 'listeners')).forEach((listener, index) => {
        const port = asNumber(listener['port']) ?? 0;
        const protocol = asString(listener['protocol']) ?? '';
        const group = Object.hasOwn(GROUPS, protocol) ? GROUPS[protocol] : undefined;
        const name = asString(listener['name']) ?? '';
        const hostname = asString(listener['hostname']) ?? '';
        if (group === undefined) return;
        const key = `${group} ${port} ${hostname.toLowerCase()}`;
        const before = groups.get(group === 'UDP' ? -port : port);
        const twin = seen.get(key);
        const path = ['spec', 'listeners', index, 'name'];
        if (twin !== undefined) {
          const problem = `has the same port ${port} and host ${hostname || '(all)'} as ${twin}`;
          context.report('MSH0042', { listener: name, problem }, { resource, path });
        } else if (before !== undefined && before.group !== group) {
          const problem = `uses port ${port} for ${protocol}, and ${before.name} uses it for another protocol`;
          context.report('MSH0042', { listener: name, problem }, { resource, path });
        }
        if (twin === undefined) seen.set(key, name);
        if (before === undefined) groups.set(group === 'UDP' ? -port : port, { name, group });
      });
    }
  },
});
