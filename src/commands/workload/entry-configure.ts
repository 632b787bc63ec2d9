import { isIP } from 'node:net';
import { serviceAccountOf, workloadEntryTexts } from '../../answers/workload-entry.ts';
import { defineCommand } from '../../cli/command.ts';
import { flag, integer, text } from '../../cli/options.ts';
import { groupFromFile, groupFromMesh, workloadFacts } from '../../cli/workload-facts.ts';
import { workloadEntryRights } from '../../cli/workload-rights.ts';
import { writeFiles } from '../../cli/write-files.ts';
import { isName, shellQuote } from '../../kube/workload-text.ts';
import { goYaml } from '../../report/go-yaml.ts';
import type { WrittenFiles } from '../../report/workload-entry.ts';
import { dataError, usageError } from '../../util/errors.ts';

export const command = defineCommand({
  name: 'workload entry configure',
  description:
    'Writes the files that a workload outside Kubernetes needs to join the mesh, made from its WorkloadGroup. Nothing is changed in the cluster: the command that makes its token is printed.',
  args: [],
  options: {
    file: text('-f, --file <path>', 'WorkloadGroup in a file, instead of --name and -n'),
    name: text('--name <name>', 'name of a WorkloadGroup of the mesh'),
    output: text('-o, --output <folder>', 'folder for the files'),
    clusterID: text('--clusterID <id>', 'Istio cluster ID (default: as the injector has it)'),
    tokenDuration: integer('--tokenDuration <seconds>', 'how long the token is good for', 3600, { min: 600 }),
    ingressService: text(
      '--ingressService <name>',
      'Service through which istiod is reached: NAME or NAME.NAMESPACE (default: istio-eastwestgateway)',
    ),
    ingressIP: text('--ingressIP <address>', 'address through which istiod is reached'),
    autoregister: flag('--autoregister', 'let istiod make the WorkloadEntry when the workload connects'),
    captureDns: flag('--capture-dns', 'let the agent answer DNS', true),
    internalIP: text('--internalIP <address>', 'address of the workload inside its network'),
    externalIP: text('--externalIP <address>', 'address of the workload from outside'),
  },
  examples: [
    {
      command: 'meshscope workload entry configure -f workloadgroup.yaml -o vm-files --from demo',
      explains: 'the files for the machines of a WorkloadGroup',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  rights: ({ options }, globals) => workloadEntryRights(options, globals),
  validate: ({ options }, { globals }) => {
    if (options.file === undefined && (!options.name || !globals.namespace))
      throw usageError('expecting a WorkloadGroup', { hint: 'give -f FILE, or --name NAME -n NAMESPACE' });
    if (!options.output) throw usageError('expecting an output folder', { hint: 'give -o FOLDER' });
    if (options.internalIP !== undefined && options.externalIP !== undefined)
      throw usageError('give one of --internalIP and --externalIP');
    for (const name of ['ingressIP', 'internalIP', 'externalIP'] as const) {
      const address = options[name];
      if (address !== undefined && isIP(address) === 0)
        throw usageError(`--${name} "${address}" is no IP address`);
    }
  },
  run: async ({ options }, context): Promise<WrittenFiles> => {
    const group =
      options.file === undefined
        ? await groupFromMesh(context, options.name ?? '', context.globals.namespace ?? '')
        : await groupFromFile(context, options.file);
    const account = serviceAccountOf(group);
    if (!isName(account))
      throw dataError(`the service account "${account}" of the WorkloadGroup is no name of Kubernetes`);
    const facts = await workloadFacts(context, group, {
      clusterID: options.clusterID,
      ingressIP: options.ingressIP,
      ingressService: options.ingressService ?? 'istio-eastwestgateway',
    });
    const texts = workloadEntryTexts({
      group,
      ...facts,
      internalIP: options.internalIP,
      externalIP: options.externalIP,
      autoRegister: options.autoregister,
      captureDns: options.captureDns,
    });
    const folder = options.output ?? '';
    const files = await writeFiles(context.io.cwd, folder, [
      { name: 'mesh.yaml', text: goYaml(texts.mesh) },
      { name: 'cluster.env', text: texts.clusterEnv },
      { name: 'root-cert.pem', text: facts.rootCert },
      { name: 'hosts', text: texts.hosts },
    ]);
    const { name, namespace = '' } = group.metadata;
    return {
      group: `${namespace}/${name}`,
      files,
      tokenCommand: `(umask 077; kubectl create token ${shellQuote(account)} -n ${shellQuote(namespace)} --audience=istio-ca --duration=${options.tokenDuration}s > ${shellQuote(`${folder}/istio-token`)})`,
    };
  },
  reporters: {
    table: () => import('../../report/workload-entry.ts').then((module) => module.writtenFilesReport),
  },
});
