import { ztunnelServices } from '../../answers/ztunnel-services.ts';
import { servicesWithoutWaypoint } from '../../cli/ambient-objects.ts';
import { UNBOUND_SERVICES } from '../../cli/object-rights.ts';
import { text } from '../../cli/options.ts';
import { ztunnelCommand } from '../../cli/ztunnel-command.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { SERVICE_FORM } from '../../ztunnel/dump-forms.ts';

export const command = ztunnelCommand({
  name: 'ztunnel-config service',
  description:
    'Shows the services that a ztunnel knows: which of them have no endpoint, and which do not get the waypoint they name.',
  options: {
    serviceNamespace: text('--service-namespace <name>', 'services in this namespace'),
  },
  examples: [
    {
      command: 'meshscope ztunnel-config service --from demo-ambient',
      explains: 'services as any ztunnel knows them',
    },
    {
      command:
        'meshscope ztunnel-config service --node ward-2 --service-namespace clinic -o json --from demo-ambient',
      explains: 'one namespace, as the ztunnel of a node knows it, as JSON',
    },
  ],
  whom: 'one',
  reads: UNBOUND_SERVICES,
  answer: async ({ dump, fromFile }, { serviceNamespace: namespace }, context) => {
    const unbound = fromFile || context.globals.compat ? undefined : await servicesWithoutWaypoint(context);
    const answer = ztunnelServices(dump, { namespace }, unbound);
    if (answer.rows.length === 0) await explainEmpty(context, namespace, dump.services, fromFile);
    return answer;
  },
  table: () => import('../../report/ztunnel/services.ts').then((module) => module.servicesReport),
  compatTable: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.services),
  form: SERVICE_FORM,
  objects: ({ rows }) => rows.map(({ service }) => service.object),
});
