import { type ClusterRow, type ClustersAnswer, clustersOf } from '../../answers/clusters.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { DIRECTION_FILTER } from '../../cli/filter-words.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';
import { integer, text } from '../../cli/options.ts';

const inUse = (row: ClusterRow): boolean => row.state === 'active' || row.state === 'static';
const messages = messageLoaders<ClustersAnswer>({
  typeName: 'envoy.config.cluster.v3.Cluster',
  select: (answer) => answer.rows.filter(inUse).map((row) => row.message),
});

export const command = defineCommand({
  name: 'proxy-config cluster',
  description: 'Shows the clusters of an Envoy: what it can send traffic to, and which of them can take any.',
  args: [PROXY_ARGUMENT],
  options: {
    ...ENVOY_OPTIONS,
    fqdn: text('--fqdn <name>', 'clusters whose name contains this'),
    port: integer('--port <number>', 'clusters of this port', undefined, { min: 0, max: 65535 }),
    subset: text('--subset <name>', 'clusters of this subset'),
    direction: DIRECTION_FILTER,
  },
  examples: [
    {
      command: 'meshscope proxy-config cluster storefront-v1-6588479589-4ksqx.shop --from demo',
      explains: 'all clusters of a proxy',
    },
    {
      command:
        'meshscope proxy-config cluster --file config_dump.json --fqdn cart.shop.svc.cluster.local -o json',
      explains: "one service's clusters in a saved dump, as JSON",
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('cluster', input),
  run: (input, context): Promise<ProxyAnswers<ClustersAnswer>> => {
    const { fqdn, port, subset, direction } = input.options;
    const filter = { fqdn, subset, direction, port: port ? String(port) : undefined };
    return askProxies(
      input,
      context,
      'config_dump',
      async (page) => clustersOf(await openDump(page), filter),
      (answer) => answer.rows,
    );
  },
  reporters: {
    table: () => import('../../report/proxy-config/clusters.ts').then((module) => module.clustersReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/clusters.ts').then((module) => module.compatClustersReport),
    ...messages.compat,
  },
});
