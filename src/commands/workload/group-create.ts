import { workloadGroup } from '../../answers/workload-group.ts';
import { defineCommand } from '../../cli/command.ts';
import { integer, list, text } from '../../cli/options.ts';
import { usageError } from '../../util/errors.ts';

export const command = defineCommand({
  name: 'workload group create',
  description:
    'Prints a WorkloadGroup: the template that workloads outside Kubernetes join the mesh by. Nothing is changed in the cluster.',
  args: [],
  options: {
    name: text('--name <name>', 'name of the WorkloadGroup'),
    labels: list('-l, --labels <pairs>', 'labels of the workloads: env=prod,version=v2'),
    annotations: list('-a, --annotations <pairs>', 'annotations of the workloads'),
    ports: list('-p, --ports <pairs>', 'ports that the workloads listen on: grpc=3550,http=8080'),
    serviceAccount: text('-s, --serviceAccount <name>', 'identity of the workloads (default: default)'),
    network: text('--network <name>', 'network that the workloads are in'),
    locality: text('--locality <path>', 'region/zone/subzone of the workloads'),
    weight: integer('-w, --weight <n>', 'share of the traffic, beside other endpoints', undefined, {
      min: 0,
    }),
  },
  examples: [
    {
      command:
        'meshscope workload group create --name ledger-vm -n payments --labels app=ledger --ports http=9080',
      explains: 'a group of virtual machines that serve ledger',
    },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ options: { name } }, { globals: { namespace } }) => {
    if (name === undefined || name === '')
      throw usageError('expecting a workload name', { hint: 'give --name' });
    if (namespace === undefined || namespace === '')
      throw usageError('expecting a workload namespace', { hint: 'give -n NAMESPACE' });
  },
  run: async ({ options }, { globals }) =>
    workloadGroup({
      ...options,
      name: options.name ?? '',
      namespace: globals.namespace ?? '',
      serviceAccount: options.serviceAccount ?? 'default',
    }),
  reporters: {
    yaml: () =>
      import('../../report/go-yaml.ts').then(
        ({ goYaml }) =>
          (answer: unknown) =>
            goYaml(answer),
      ),
    json: () => import('../../report/json.ts').then((module) => module.json),
  },
});
