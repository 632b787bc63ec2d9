import { ztunnelConnections } from '../../answers/ztunnel-connections.ts';
import { flag, text } from '../../cli/options.ts';
import { ztunnelCommand } from '../../cli/ztunnel-command.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { STATE_FORM } from '../../ztunnel/dump-forms.ts';

export const command = ztunnelCommand({
  name: 'ztunnel-config connections',
  description:
    'Shows the connections that ztunnels hold open for the workloads of their nodes. Without a pod or --node: of every ztunnel.',
  options: {
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
  whom: 'each',
  answer: async ({ dump, focus, fromFile }, { workloadNamespace: namespace, direction, raw }, context) => {
    const firstAddressOnly = context.globals.compat;
    const answer = ztunnelConnections(dump, { namespace, direction, raw, pod: focus, firstAddressOnly });
    if (answer.served.length === 0) await explainEmpty(context, namespace, dump.served, fromFile);
    return answer;
  },
  table: () => import('../../report/ztunnel/connections.ts').then((module) => module.connectionsReport),
  compatTable: () =>
    import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.connections),
  form: STATE_FORM,
  objects: ({ served }) => served.map(({ object }) => object),
});
