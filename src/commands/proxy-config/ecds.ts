import { type EcdsAnswer, ecdsOf } from '../../answers/ecds.ts';
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

const messages = messageLoaders<EcdsAnswer>({
  typeName: 'envoy.admin.v3.EcdsConfigDump',
  select: (answer) => answer.section,
});

export const command = defineCommand({
  name: 'proxy-config ecds',
  description:
    'Shows the filters that an Envoy gets over ECDS, such as Wasm plugins, and those that it refused.',
  args: [PROXY_ARGUMENT],
  options: ENVOY_OPTIONS,
  examples: [
    {
      command: 'meshscope proxy-config ecds --file config_dump.json',
      explains: 'extensions in a saved dump',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('ecds', input),
  run: (input, context): Promise<ProxyAnswers<EcdsAnswer>> =>
    askProxies(input, context, 'config_dump', async (page) => {
      const dump = await openDump(page);
      // The reference takes a dump without extension configurations for an error.
      if (context.globals.compat) dump.require('Ecds');
      return ecdsOf(dump);
    }),
  reporters: {
    table: () => import('../../report/proxy-config/bootstrap.ts').then((module) => module.ecdsReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/bootstrap.ts').then((module) => module.compatEcdsReport),
    ...messages.compat,
  },
});
