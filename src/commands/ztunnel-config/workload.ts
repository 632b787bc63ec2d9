import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type ZtunnelWorkloads, ztunnelWorkloads } from '../../answers/ztunnel-workloads.ts';
import { outsidePods } from '../../cli/ambient-objects.ts';
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
import { WORKLOAD_FORM } from '../../ztunnel/dump-forms.ts';

const loaders = objectLoaders<ZtunnelWorkloads>(WORKLOAD_FORM, ({ objects }) => objects);

export const command = defineCommand({
  name: 'ztunnel-config workload',
  description:
    'Shows the workloads that a ztunnel knows: how it reaches each, and whose connections fail. Every ztunnel knows those of all nodes.',
  args: [ZTUNNEL_ARGUMENT],
  options: {
    ...ZTUNNEL_OPTIONS,
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
  stability: 'stable',
  needs: ['ztunnel'],
  validate: (input) => checkZtunnelTarget(input),
  run: (input, context): Promise<ProxyAnswers<ZtunnelWorkloads>> => {
    const { address, workloadNamespace: namespace, workloadNode: node } = input.options;
    return askZtunnels(input, context, 'one', async ({ dump, focus, fromFile }) => {
      const outside = fromFile || context.globals.compat ? undefined : await outsidePods(context);
      const answer = ztunnelWorkloads(dump, { address, namespace, node, pod: focus }, outside);
      if (answer.rows.length === 0) await explainEmpty(context, namespace, dump.workloads, fromFile);
      return answer;
    });
  },
  reporters: {
    table: () => import('../../report/ztunnel/workloads.ts').then((module) => module.workloadsReport),
    ...loaders.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.workloads),
    ...loaders.compat,
  },
});
