import {
  type IstiodClusters,
  type RemoteClustersAnswer,
  remoteClusters,
} from '../answers/remote-clusters.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { chosenIstiods, jsonOf } from '../cli/istiod-replies.ts';
import { checkXds, XDS_OPTIONS, xdsLive } from '../cli/xds-options.ts';
import { parseClusterz } from '../istiod/clusterz.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { notFoundError } from '../util/errors.ts';

export const command = defineCommand({
  name: 'remote-clusters',
  description:
    'Shows the Kubernetes clusters that each istiod reads, and whether it is in sync with them. A cluster that is out of sync has services and endpoints that proxies do not learn of.',
  args: [],
  options: XDS_OPTIONS,
  examples: [
    { command: 'meshscope remote-clusters --from demo', explains: 'clusters, those out of sync first' },
    { command: 'meshscope remote-clusters --from demo -o json', explains: 'for scripts' },
  ],
  stability: 'stable',
  needs: ['istiod'],
  validate: ({ options }, context) => checkXds(options, context),
  live: ({ options }) => xdsLive(options),
  run: (_input, context) => askClusters(context),
  reporters: {
    table: () => import('../report/remote-clusters.ts').then((module) => module.table),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
  compatReporters: {
    table: () => import('../report/remote-clusters.ts').then((module) => module.compatTable),
  },
});

async function askClusters(context: CommandContext): Promise<RemoteClustersAnswer> {
  const istiods = await chosenIstiods(context);
  const replies = await istiods.ask({ channel: 'debug', name: 'clusterz' });
  if (replies.length === 0) throw notFoundError(istiods.noneText());
  const found = replies.flatMap((reply): IstiodClusters[] => {
    const what = `clusters of ${reply.istiod.name}`;
    const document = jsonOf(context, what, reply);
    if (document === undefined) return [];
    const clusters = parseClusterz(document);
    if (clusters === undefined) context.gap({ what, why: 'its page clusterz has an unknown form' });
    return clusters === undefined
      ? []
      : [{ istiod: reply.istiod.name, revision: reply.revision ?? '', clusters }];
  });
  const [failure] = replies.flatMap(({ answer }) => (answer.ok ? [] : [answer.error]));
  if (found.length === 0 && failure !== undefined) throw toMeshscopeError(failure);
  return remoteClusters(found);
}
