import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import type { ZtunnelAll } from '../../answers/ztunnel-all.ts';
import { ztunnelCertificates } from '../../answers/ztunnel-certificates.ts';
import { ztunnelConnections } from '../../answers/ztunnel-connections.ts';
import { ztunnelPolicies } from '../../answers/ztunnel-policies.ts';
import { ztunnelServices } from '../../answers/ztunnel-services.ts';
import { ztunnelWorkloads } from '../../answers/ztunnel-workloads.ts';
import { outsidePods, servicesWithoutWaypoint, ztunnelPolicyVerdicts } from '../../cli/ambient-objects.ts';
import { defineCommand } from '../../cli/command.ts';
import { flag } from '../../cli/options.ts';
import {
  askZtunnels,
  checkZtunnelTarget,
  ZTUNNEL_ARGUMENT,
  ZTUNNEL_OPTIONS,
} from '../../cli/ztunnel-input.ts';

export const command = defineCommand({
  name: 'ztunnel-config all',
  description: 'Shows everything that a ztunnel is configured with; as JSON or YAML its whole config_dump.',
  args: [ZTUNNEL_ARGUMENT],
  options: { ...ZTUNNEL_OPTIONS, withHeaders: flag('--with-headers', 'a title over each section') },
  examples: [
    {
      command: 'meshscope ztunnel-config all --node ward-1 --from demo-ambient',
      explains: 'the ztunnel of a node, all sections',
    },
    {
      command: 'meshscope ztunnel-config all ztunnel-tcbhm.istio-system -o json --from demo-ambient',
      explains: 'its dump, to be saved and read with --file',
    },
  ],
  stability: 'stable',
  needs: ['ztunnel'],
  validate: (input) => checkZtunnelTarget(input),
  run: (input, context): Promise<ProxyAnswers<ZtunnelAll>> =>
    askZtunnels(input, context, 'one', async ({ dump, fromFile }) => {
      const { compat } = context.globals;
      const isJoined = !fromFile && !compat && context.format === 'table';
      const [outside, unbound, verdicts] = isJoined
        ? await Promise.all([
            outsidePods(context),
            servicesWithoutWaypoint(context),
            ztunnelPolicyVerdicts(context),
          ])
        : [];
      return {
        workloads: ztunnelWorkloads(dump, {}, outside),
        services: ztunnelServices(dump, {}, unbound),
        policies: ztunnelPolicies(dump, {}, verdicts),
        certificates: ztunnelCertificates(dump, context.now()),
        connections: ztunnelConnections(dump, { raw: false, firstAddressOnly: compat }),
        raw: dump.raw,
        withHeaders: input.options.withHeaders,
      };
    }),
  reporters: {
    table: () => import('../../report/ztunnel/all.ts').then((module) => module.allReport),
    json: () => import('../../report/ztunnel/all.ts').then((module) => module.allJson),
    yaml: () => import('../../report/ztunnel/all.ts').then((module) => module.allYaml),
  },
  compatReporters: {
    table: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.all),
    json: () => import('../../report/ztunnel/all.ts').then((module) => module.compatAllJson),
    yaml: () => import('../../report/ztunnel/all.ts').then((module) => module.compatAllYaml),
  },
});
