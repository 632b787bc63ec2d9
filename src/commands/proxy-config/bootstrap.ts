import { type BootstrapAnswer, bootstrapOf } from '../../answers/bootstrap.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';

const messages = messageLoaders<BootstrapAnswer>({
  typeName: 'envoy.admin.v3.BootstrapConfigDump',
  select: (answer) => answer.section,
});

/** The reference asks a pod's Envoy for the bootstrap alone, without the time at which it was loaded. */
function withoutTime(answer: BootstrapAnswer): BootstrapAnswer {
  const { last_updated: _, ...section } = answer.section;
  return { ...answer, section };
}

export const command = defineCommand({
  name: 'proxy-config bootstrap',
  description: 'Shows how an Envoy was started: its whole bootstrap, or with -o short its node and versions.',
  args: [PROXY_ARGUMENT],
  options: ENVOY_OPTIONS,
  examples: [
    {
      command: 'meshscope proxy-config bootstrap cart-v1-db9689b57-djzwj.shop -o short --from demo',
      explains: 'versions of one proxy',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('bootstrap', input),
  defaultFormat: 'json',
  run: (input, context): Promise<ProxyAnswers<BootstrapAnswer>> =>
    askProxies(input, context, 'config_dump', async (page) => {
      const answer = bootstrapOf(await openDump(page));
      const isMasked = context.globals.compat && page.pod !== undefined;
      return isMasked ? withoutTime(answer) : answer;
    }),
  reporters: {
    ...messages.own,
    table: () => import('../../report/proxy-config/bootstrap.ts').then((module) => module.bootstrapReport),
  },
  compatReporters: {
    ...messages.compat,
    table: () => import('../../report/compat/bootstrap.ts').then((module) => module.compatBootstrapReport),
  },
});
