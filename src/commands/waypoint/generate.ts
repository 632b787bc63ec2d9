import { waypointGateway } from '../../answers/waypoint-gateway.ts';
import { defineCommand } from '../../cli/command.ts';
import { choice, text } from '../../cli/options.ts';
import { usageError } from '../../util/errors.ts';

export const command = defineCommand({
  name: 'waypoint generate',
  description: 'Writes the Gateway of a waypoint. Changes nothing: apply it with kubectl.',
  args: [],
  options: {
    name: text('--name <name>', 'name of the waypoint (default: waypoint)'),
    for: choice(
      '--for <traffic>',
      'what it takes traffic for (without it: services)',
      ['service', 'workload', 'all', 'none'],
      undefined,
    ),
  },
  examples: [
    {
      command: 'meshscope waypoint generate -n clinic',
      explains: 'a waypoint for the services of a namespace',
    },
    {
      command: 'meshscope waypoint generate -n clinic --name lab-waypoint --for all -r canary',
      explains: 'for services and workloads, of a revision',
    },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ options }) => {
    const { name } = options;
    if (name === undefined) return;
    if (name === 'none')
      throw usageError('--name: "none" means no waypoint in the label istio.io/use-waypoint');
    if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      throw usageError(`--name: "${name}" is no name of an object: lower-case letters, digits and -`);
  },
  run: async ({ options }, { globals }) =>
    waypointGateway({
      name: options.name ?? 'waypoint',
      namespace: globals.namespace || undefined,
      trafficType: options.for,
      revision: globals.revision || undefined,
    }),
  reporters: {
    yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
    json: () => import('../../report/json.ts').then((module) => module.json),
  },
  compatReporters: {
    yaml: () =>
      import('../../report/go-yaml.ts').then(
        ({ goYaml }) =>
          (gateway: unknown) =>
            goYaml(gateway),
      ),
  },
});
