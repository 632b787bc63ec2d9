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
      command: 'meshscope proxy-config ecds cart-v1-db9689b57-djzwj.shop',
      explains: 'extensions of one proxy',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('ecds', input),
  run: (input, context): Promise<ProxyAnswers<EcdsAnswer>> =>
    askProxies(input, context, 'config_dump', async (page) => ecdsOf(await openDump(page))),
  reporters: {
    table: () => import('../../report/proxy-config/bootstrap.ts').then((module) => module.ecdsReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/bootstrap.ts').then((module) => module.compatEcdsReport),
    ...messages.compat,
  },
});
