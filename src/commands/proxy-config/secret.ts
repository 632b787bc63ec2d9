import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type ProxySecretsAnswer, proxySecretsOf } from '../../answers/proxy-secrets.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { messageLoaders } from '../../cli/message-loaders.ts';

const messages = messageLoaders<ProxySecretsAnswer>({
  typeName: 'envoy.admin.v3.SecretsConfigDump',
  select: (answer) => answer.section,
});

export const command = defineCommand({
  name: 'proxy-config secret',
  description: 'Shows the certificates of an Envoy and the roots that it trusts; never a private key.',
  args: [PROXY_ARGUMENT],
  options: ENVOY_OPTIONS,
  examples: [
    {
      command: 'meshscope proxy-config secret edge-gateway-7c68db88d4-mxkzj.edge --from demo',
      explains: 'certificates of a gateway, those that break connections first',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('secret', input),
  run: (input, context): Promise<ProxyAnswers<ProxySecretsAnswer>> =>
    askProxies(input, context, 'config_dump', async (page) => {
      const dump = await openDump(page);
      return proxySecretsOf(dump, context.now());
    }),
  reporters: {
    table: () => import('../../report/proxy-config/secrets.ts').then((module) => module.secretsReport),
    ...messages.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/secrets.ts').then((module) => module.compatSecretsReport),
    ...messages.compat,
  },
});
