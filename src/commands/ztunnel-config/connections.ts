import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type ZtunnelConnections, ztunnelConnections } from '../../answers/ztunnel-connections.ts';
import { defineCommand } from '../../cli/command.ts';
import { flag, text } from '../../cli/options.ts';
import {
  askZtunnels,
  checkZtunnelTarget,
  ZTUNNEL_ARGUMENT,
  ZTUNNEL_OPTIONS,
} from '../../cli/ztunnel-input.ts';
import { objectLoaders } from '../../cli/ztunnel-loaders.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { STATE_FORM } from '../../ztunnel/dump-forms.ts';

const objects = objectLoaders<ZtunnelConnections>(STATE_FORM, ({ served }) =>
  served.map(({ object }) => object),
);

export const command = defineCommand({
  name: 'ztunnel-config connections',
  description:
    'Shows the connections that ztunnels hold open for the workloads of their nodes. Without a pod or --node: of every ztunnel.',
  args: [ZTUNNEL_ARGUMENT],
  options: {
    ...ZTUNNEL_OPTIONS,
    workloadNamespace: text('--workload-namespace <name>', 'connections of workloads in this namespace'),
    direction: text('--direction <word>', 'inbound or outbound', { words: ['inbound', 'outbound'] }),
    raw: flag('--raw', 'addresses instead of names'),
  },
  examples: [
    {
      command: 'meshscope ztunnel-config connections --node ward-1 --from demo-ambient',
      explains: 'connections of the workloads of a node',
    },
    {
      command:
        'meshscope ztunnel-config connections deploy/reception-v1 -n clinic --direction outbound --from demo-ambient',
      explains: 'where a workload is connected to',
    },
  ],
  stability: 'stable',
  needs: ['ztunnel'],
  validate: (input) => checkZtunnelTarget(input),
  run: (input, context): Promise<ProxyAnswers<ZtunnelConnections>> => {
    const { workloadNamespace: namespace, direction, raw } = input.options;
    const firstAddressOnly = context.globals.compat;
    return askZtunnels(input, context, 'each', async ({ dump, focus, fromFile }) => {
      const filter = { namespace, direction, raw, pod: focus, firstAddressOnly };
      const answer = ztunnelConnections(dump, filter);
      if (answer.served.length === 0) await explainEmpty(context, namespace, dump.served, fromFile);
      return answer;
    });
  },
  reporters: {
    table: () => import('../../report/ztunnel/connections.ts').then((module) => module.connectionsReport),
    ...objects.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.connections),
    ...objects.compat,
  },
});
