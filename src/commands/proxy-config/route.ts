import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type RoutesAnswer, routesOf } from '../../answers/routes.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';
import { flag, text } from '../../cli/options.ts';
import type { RoutesView } from '../../report/proxy-config/routes.ts';

const messages = messageLoaders<RoutesAnswer & RoutesView>({
  typeName: 'envoy.config.route.v3.RouteConfiguration',
  select: (answer) => answer.rows.filter((row) => row.state !== 'rejected').map((row) => row.message),
});

export const command = defineCommand({
  name: 'proxy-config route',
  description: 'Shows the routes of an Envoy: hosts, matches, and what happens to the requests.',
  args: [PROXY_ARGUMENT],
  options: {
    ...ENVOY_OPTIONS,
    name: text('--name <name>', 'the route configuration of this name'),
    verbose: flag('--verbose', 'one line for each route; --verbose=false: one for each configuration', true),
  },
  examples: [
    {
      command: 'meshscope proxy-config route storefront-v1-6588479589-4ksqx.shop --name 80 --from demo',
      explains: 'routes of port 80',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('route', input),
  run: (input, context): Promise<ProxyAnswers<RoutesAnswer & RoutesView>> => {
    const { name, verbose } = input.options;
    return askProxies(
      input,
      context,
      'config_dump',
      async (page) => ({
        ...routesOf(await openDump(page), { name }),
        verbose,
      }),
      (answer) => answer.rows,
    );
  },
  reporters: {
    table: () => import('../../report/proxy-config/routes.ts').then((module) => module.routesReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/routes.ts').then((module) => module.compatRoutesReport),
    ...messages.compat,
  },
});
