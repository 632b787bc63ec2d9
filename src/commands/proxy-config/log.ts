import { type LoggersAnswer, loggersOf } from '../../answers/envoy-loggers.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  type EnvoyInput,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { decodeText } from '../../util/load-json.ts';

const { selector, allReplicas, proxyAdminPort } = ENVOY_OPTIONS;

/** Levels are always those of a proxy: unlike its configuration they can't be read from a dump. */
function withoutFile(
  input: Pick<EnvoyInput, 'args'> & { options: Omit<EnvoyInput['options'], 'file'> },
): EnvoyInput {
  return { args: input.args, options: { ...input.options, file: undefined } };
}

export const command = defineCommand({
  name: 'proxy-config log',
  description: "Shows the levels of an Envoy's loggers, those that differ from the rest first.",
  args: [PROXY_ARGUMENT],
  options: { selector, allReplicas, proxyAdminPort },
  examples: [
    {
      command: 'meshscope proxy-config log cart-v1-db9689b57-djzwj.shop --from demo',
      explains: 'log levels of one proxy',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('log', withoutFile(input)),
  run: (input, context): Promise<ProxyAnswers<LoggersAnswer>> =>
    askProxies(withoutFile(input), context, 'logging', ({ bytes, label }) =>
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
