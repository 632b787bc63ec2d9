import { defineCommand } from '../../cli/command.ts';
import { optionOrigins } from '../../cli/origins.ts';
import type { OptionList } from '../../report/config-list.ts';

export const command = defineCommand({
  name: 'config list',
  description:
    'Lists the options of every command with the values in force here, and whether a variable, the configuration file or the command line sets them.',
  args: [],
  options: {},
  examples: [{ command: 'meshscope config list', explains: 'what other commands will use' }],
  stability: 'stable',
  needs: [],
  run: async (_, context): Promise<OptionList> => ({
    options: await optionOrigins(context),
    istioNamespace: context.globals.istioNamespace,
  }),
  reporters: {
    table: () => import('../../report/config-list.ts').then((module) => module.configListReport),
    json: () => import('../../report/config-list.ts').then((module) => module.configListJson),
    yaml: () => import('../../report/config-list.ts').then((module) => module.configListYaml),
  },
  compatReporters: {
    table: () => import('../../report/config-list.ts').then((module) => module.compatConfigListReport),
  },
});
