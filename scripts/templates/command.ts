import { defineCommand } from '../../src/cli/command.ts';
import { flag } from '../../src/cli/options.ts';
import { toMeshscopeError } from '../../src/sources/source-error.ts';

/** TEMPLATE: what the command answers. Move it to src/answers/ once its computation is more than a few lines. */
interface CommandAnswer {
  readonly namespaces: readonly string[];
}

export const command = defineCommand({
  name: 'COMMAND_NAME',
  description: 'TEMPLATE: one sentence on the question that this command answers.',
  args: [],
  options: { reverse: flag('--reverse', 'last first') },
  examples: [{ command: 'meshscope COMMAND_NAME --from demo', explains: 'the bundled mesh' }],
  stability: 'experimental',
  needs: ['kubernetes'],
  run: async ({ options }, context): Promise<CommandAnswer> => {
    const source = await context.source();
    const answer = await source.resources({ group: '', plural: 'namespaces' });
    if (!answer.ok) throw toMeshscopeError(answer.error);
    const namespaces = answer.value.map((object) => object.metadata.name);
    return { namespaces: options.reverse ? namespaces.reverse() : namespaces };
  },
  reporters: {
    table: async () => (answer) => answer.namespaces.map((name) => `${name}\n`).join(''),
    json: () => import('../../src/report/json.ts').then((module) => module.json),
    yaml: () => import('../../src/report/yaml.ts').then((module) => module.yaml),
  },
});
