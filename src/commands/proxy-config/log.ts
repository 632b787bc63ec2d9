import { type LoggersAnswer, loggersOf } from '../../answers/envoy-loggers.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import { askProxies, checkOneTarget, ENVOY_OPTIONS, PROXY_ARGUMENT } from '../../cli/envoy-input.ts';
import { decodeText } from '../../util/load-json.ts';

export const command = defineCommand({
  name: 'proxy-config log',
  description: "Shows the levels of an Envoy's loggers, those that differ from the rest first.",
  args: [PROXY_ARGUMENT],
  options: ENVOY_OPTIONS,
  examples: [
    {
      command: 'meshscope proxy-config log cart-v1-db9689b57-djzwj.shop',
      explains: 'log levels of one proxy',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('log', input),
  run: (input, context): Promise<ProxyAnswers<LoggersAnswer>> =>
    askProxies(input, context, { page: 'logging', json: false }, ({ bytes, label }) =>
      loggersOf(decodeText(bytes), label),
    ),
  reporters: {
    table: () => import('../../report/proxy-config/loggers.ts').then((module) => module.loggersReport),
    json: () => import('../../report/proxy-config/loggers.ts').then((module) => module.loggersJson),
    yaml: () => import('../../report/proxy-config/loggers.ts').then((module) => module.loggersYaml),
  },
  compatReporters: {
    table: () => import('../../report/proxy-config/loggers.ts').then((module) => module.compatLoggersReport),
  },
});
