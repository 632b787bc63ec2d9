import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type ZtunnelServices, ztunnelServices } from '../../answers/ztunnel-services.ts';
import { servicesWithoutWaypoint } from '../../cli/ambient-objects.ts';
import { defineCommand } from '../../cli/command.ts';
import { text } from '../../cli/options.ts';
import {
  askZtunnels,
  checkZtunnelTarget,
  ZTUNNEL_ARGUMENT,
  ZTUNNEL_OPTIONS,
} from '../../cli/ztunnel-input.ts';
import { objectLoaders } from '../../cli/ztunnel-loaders.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { SERVICE_FORM } from '../../ztunnel/dump-forms.ts';

const objects = objectLoaders<ZtunnelServices>(SERVICE_FORM, ({ rows }) =>
  rows.map(({ service }) => service.object),
);

export const command = defineCommand({
  name: 'ztunnel-config service',
  description:
    'Shows the services that a ztunnel knows: which of them have no endpoint, and which do not get the waypoint they name.',
  args: [ZTUNNEL_ARGUMENT],
  options: {
    ...ZTUNNEL_OPTIONS,
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
  stability: 'stable',
  needs: ['ztunnel'],
  validate: (input) => checkZtunnelTarget(input),
  run: (input, context): Promise<ProxyAnswers<ZtunnelServices>> => {
    const namespace = input.options.serviceNamespace;
    return askZtunnels(input, context, 'one', async ({ dump, fromFile }) => {
      const unbound = fromFile || context.globals.compat ? undefined : await servicesWithoutWaypoint(context);
      const answer = ztunnelServices(dump, { namespace }, unbound);
      if (answer.rows.length === 0) await explainEmpty(context, namespace, dump.services, fromFile);
      return answer;
    });
  },
  reporters: {
    table: () => import('../../report/ztunnel/services.ts').then((module) => module.servicesReport),
    ...objects.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.services),
    ...objects.compat,
  },
});
