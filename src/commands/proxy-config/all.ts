import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { allOf, type ProxyConfigAll } from '../../answers/proxy-config-all.ts';
import { defineCommand } from '../../cli/command.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  openDump,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { DIRECTION_FILTER, LISTENER_TYPE_FILTER } from '../../cli/filter-words.ts';
import { flag, integer, text } from '../../cli/options.ts';
import type { AllView } from '../../report/proxy-config/all.ts';

export const command = defineCommand({
  name: 'proxy-config all',
  description: 'Shows everything that an Envoy is configured with; as JSON or YAML the whole config_dump.',
  args: [PROXY_ARGUMENT],
  options: {
    ...ENVOY_OPTIONS,
    fqdn: text('--fqdn <name>', 'clusters whose name contains this'),
    subset: text('--subset <name>', 'clusters of this subset'),
    direction: DIRECTION_FILTER,
    port: integer('--port <number>', 'clusters, listeners and endpoints of this port', undefined, {
      min: 0,
      max: 65535,
    }),
    address: text('--address <ip>', 'listeners and endpoints at this address'),
    type: LISTENER_TYPE_FILTER,
    name: text('--name <name>', 'the route configuration of this name'),
    verbose: flag('--verbose', 'one line for each filter chain and route', true),
    withHeaders: flag('--with-headers', 'a title over each section'),
  },
  examples: [
    {
      command: 'meshscope proxy-config all cart-v1-db9689b57-djzwj.shop --from demo',
      explains: 'one proxy, all sections',
    },
    {
      command: 'meshscope proxy-config all --file config_dump.json -o yaml',
      explains: 'a saved dump as YAML',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input) => checkOneTarget('all', input),
  run: (input, context): Promise<ProxyAnswers<ProxyConfigAll & AllView>> => {
    const { fqdn, subset, direction, port, address, type, name, verbose, withHeaders } = input.options;
    const filters = {
      clusters: { fqdn, subset, direction, port: port ? String(port) : undefined },
      listeners: { address, port, type },
      routes: { name },
      endpoints: { address, port },
    };
    const isText = context.format === 'table';
    return askProxies(input, context, 'config_dump', async (page) => {
      const answer = allOf(await openDump(page), filters, context.now());
      const [first] = answer.missing;
      if (first && isText && context.globals.compat) throw first;
      for (const error of isText ? answer.missing : []) {
        context.gap({ what: page.label, why: error.message, next: error.hint });
      }
      return { ...answer, verbose, withHeaders };
    });
  },
  reporters: {
    table: () => import('../../report/proxy-config/all.ts').then((module) => module.allReport),
    json: () => import('../../report/proxy-config/raw.ts').then((module) => module.rawJson),
    yaml: () => import('../../report/proxy-config/raw.ts').then((module) => module.rawYaml),
  },
  compatReporters: {
    table: () => import('../../report/compat/all.ts').then((module) => module.compatAllReport),
    json: () => import('../../report/proxy-config/raw.ts').then((module) => module.compatRawJson),
    yaml: () => import('../../report/proxy-config/raw.ts').then((module) => module.compatRawYaml),
  },
});
