import { type EdsAnswer, edsOf } from '../../answers/endpoints.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import { ENDPOINT_FILTERS, noteMissingEds } from '../../cli/endpoint-options.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';
import { asString } from '../../util/json.ts';

const messages = messageLoaders<EdsAnswer>({
  typeName: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  select: (answer) => answer.assignments,
});

export const command = defineCommand({
  name: 'proxy-config eds',
  description: 'Shows the endpoints that istiod gave an Envoy (EDS), with locality and priority.',
  args: [PROXY_ARGUMENT],
  options: { ...ENVOY_OPTIONS, ...ENDPOINT_FILTERS },
  examples: [
    {
      command: 'meshscope proxy-config eds cart-v1-db9689b57-djzwj.shop --status unhealthy --from demo',
      explains: 'endpoints that EDS calls unhealthy',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('eds', input),
  run: (input, context): Promise<ProxyAnswers<EdsAnswer>> => {
    const { address, port, cluster, status } = input.options;
    return askProxies(
      input,
      context,
      'config_dump',
      async (page) => {
        const dump = await openDump(page);
        noteMissingEds(dump, context);
        return edsOf(dump, { address, port, cluster, status });
      },
      ({ assignments }) =>
        assignments.map((message) => ({ name: asString(message['cluster_name']) ?? '', message })),
    );
  },
  reporters: {
    table: () => import('../../report/proxy-config/endpoints.ts').then((module) => module.edsReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/endpoints.ts').then((module) => module.compatEdsReport),
    ...messages.compat,
  },
});
