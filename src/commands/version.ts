import type { VersionAnswer } from '../answers/version.ts';
import { defineCommand } from '../cli/command.ts';
import { flag } from '../cli/options.ts';
import { MESHSCOPE_VERSION } from '../util/version.ts';

export const command = defineCommand({
  name: 'version',
  description: 'Shows the version of meshscope and, with --from, of the recorded mesh.',
  args: [],
  options: { short: flag('-s, --short', 'only the version of meshscope') },
  examples: [{ command: 'meshscope version --from demo', explains: 'versions of the bundled mesh' }],
  stability: 'stable',
  needs: [],
  run: async (): Promise<VersionAnswer> => ({ client: MESHSCOPE_VERSION }),
  reporters: {
    table: async () => (answer) => `meshscope ${answer.client}\n`,
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
});
