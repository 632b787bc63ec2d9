import { ztunnelWorkloads } from '../../answers/ztunnel-workloads.ts';
import { outsidePods } from '../../cli/ambient-objects.ts';
import { OUTSIDE_PODS } from '../../cli/object-rights.ts';
import { text } from '../../cli/options.ts';
import { ztunnelCommand } from '../../cli/ztunnel-command.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { WORKLOAD_FORM } from '../../ztunnel/dump-forms.ts';

export const command = ztunnelCommand({
  name: 'ztunnel-config workload',
  description:
    'Shows the workloads that a ztunnel knows: how it reaches each, and whose connections fail. Every ztunnel knows those of all nodes.',
  options: {
    address: text('--address <ip>', 'the workload with this address'),
    workloadNamespace: text('--workload-namespace <name>', 'workloads in this namespace'),
    workloadNode: text('--workload-node <name>', 'workloads on this node'),
  },
  examples: [
    {
      command: 'meshscope ztunnel-config workload --from demo-ambient',
      explains: 'workloads as any ztunnel knows them',
    },
    {
      command: 'meshscope ztunnel-config workload --file ztunnel.json --workload-namespace clinic',
      explains: 'one namespace, in a saved dump',
    },
    {
      command: 'meshscope ztunnel-config workload deploy/reception-v1 -n clinic --from demo-ambient',
      explains: 'one workload, as the ztunnel of its node knows it',
    },
  ],
  whom: 'one',
  reads: OUTSIDE_PODS,
  answer: async ({ dump, focus, fromFile }, options, context) => {
    const { address, workloadNamespace: namespace, workloadNode: node } = options;
    const outside = fromFile || context.globals.compat ? undefined : await outsidePods(context);
    const answer = ztunnelWorkloads(dump, { address, namespace, node, pod: focus }, outside);
    if (answer.rows.length === 0) await explainEmpty(context, namespace, dump.workloads, fromFile);
    return answer;
  },
  table: () => import('../../report/ztunnel/workloads.ts').then((module) => module.workloadsReport),
  compatTable: () =>
    import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.workloads),
  form: WORKLOAD_FORM,
  objects: ({ objects }) => objects,
});
