import { type EndpointsAnswer, edsOf, hostsOf } from '../../answers/endpoints.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import { ENDPOINT_FILTERS, noteMissingEds } from '../../cli/endpoint-options.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  PROXY_ARGUMENT,
  pageJson,
} from '../../cli/envoy-input.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';
import { clusterStatuses } from '../../envoy/clusters-page.ts';
import { openConfigDump } from '../../envoy/dump.ts';
import { isConfigDump } from '../../envoy/dump-kind.ts';

const hosts = messageLoaders<EndpointsAnswer>({
  typeName: 'envoy.admin.v3.ClusterStatus',
  select: (answer) => (answer.kind === 'hosts' ? answer.statuses : answer.assignments),
});
const compatHosts = messageLoaders<EndpointsAnswer>({
  typeName: 'envoy.admin.v3.ClusterStatus',
  select: (answer) => (answer.kind === 'hosts' ? answer.statuses : []),
});

export const command = defineCommand({
  name: 'proxy-config endpoint',
  description:
    'Shows the endpoints of an Envoy as it uses them now; of a saved config_dump, those that EDS gave it.',
  args: [PROXY_ARGUMENT],
  options: { ...ENVOY_OPTIONS, ...ENDPOINT_FILTERS },
  examples: [
    {
      command: 'meshscope proxy-config endpoint edge-gateway-7c68db88d4-mxkzj.edge --from demo',
      explains: 'all endpoints, unusable ones first',
    },
    {
      command:
        "meshscope proxy-config endpoint deploy/storefront-v1.shop --cluster 'outbound|80||cart.shop.svc.cluster.local' --from demo",
      explains: 'the endpoints of one cluster',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('endpoint', input),
  run: (input, context): Promise<ProxyAnswers<EndpointsAnswer>> => {
    const { address, port, cluster, status } = input.options;
    const filter = { address, port, cluster, status };
    return askProxies(input, context, 'clusters', async (page): Promise<EndpointsAnswer> => {
      const document = pageJson(page);
      if (!isConfigDump(document)) {
        return { kind: 'hosts', ...hostsOf(await clusterStatuses(document, page.label), filter) };
      }
      const dump = await openConfigDump(document, page.label);
      noteMissingEds(dump, context);
      return { kind: 'eds', ...edsOf(dump, filter) };
    });
  },
  reporters: {
    table: () => import('../../report/proxy-config/endpoints.ts').then((module) => module.endpointsReport),
    ...hosts.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/endpoints.ts').then((module) => module.compatEndpointsReport),
    ...compatHosts.compat,
  },
});
