import { type ListenerRow, type ListenersAnswer, listenersOf } from '../../answers/listeners.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { LISTENER_TYPE_FILTER } from '../../cli/filter-words.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';
import { flag, integer, text } from '../../cli/options.ts';
import type { ListenersView } from '../../report/proxy-config/listeners.ts';

const inUse = (row: ListenerRow): boolean => row.state === 'active' || row.state === 'static';
const messages = messageLoaders<ListenersAnswer & ListenersView>({
  typeName: 'envoy.config.listener.v3.Listener',
  select: (answer) => answer.rows.filter(inUse).map((row) => row.message),
});

export const command = defineCommand({
  name: 'proxy-config listener',
  description:
    'Shows the listeners of an Envoy: where it accepts connections, and listeners that it refused.',
  args: [PROXY_ARGUMENT],
  options: {
    ...ENVOY_OPTIONS,
    address: text('--address <ip>', 'listeners at this address'),
    port: integer('--port <number>', 'listeners at this port', undefined, { min: 0, max: 65535 }),
    type: LISTENER_TYPE_FILTER,
    verbose: flag(
      '--verbose',
      'one line for each filter chain; --verbose=false: one for each listener',
      true,
    ),
    waypoint: flag('--waypoint', 'with the names of filter chains, as waypoints use them', false, {
      hidden: true,
    }),
  },
  examples: [
    {
      command: 'meshscope proxy-config listener edge-gateway-7c68db88d4-mxkzj.edge --from demo',
      explains: 'all listeners of a gateway',
    },
    {
      command: 'meshscope proxy-config listener deploy/search-v1.shop --port 15006 --from demo',
      explains: 'the inbound listener of a sidecar',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('listener', input),
  run: (input, context): Promise<ProxyAnswers<ListenersAnswer & ListenersView>> => {
    const { address, port, type, verbose, waypoint } = input.options;
    return askProxies(
      input,
      context,
      'config_dump',
      async (page) => ({
        ...listenersOf(await openDump(page), { address, port, type }),
        verbose,
        waypoint,
      }),
      (answer) => answer.rows,
    );
  },
  reporters: {
    table: () => import('../../report/proxy-config/listeners.ts').then((module) => module.listenersReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/listeners.ts').then((module) => module.compatListenersReport),
    ...messages.compat,
  },
});
