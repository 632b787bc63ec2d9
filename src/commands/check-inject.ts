import { checkInjection, type InjectionSubject } from '../answers/check-inject.ts';
import { compatHookRows } from '../answers/check-inject-compat.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { PROXY_ARGUMENT } from '../cli/envoy-input.ts';
import { type MeshInjection, meshInjection } from '../cli/injection-facts.ts';
import { injectionSubject, labelsSubject } from '../cli/injection-subject.ts';
import { requireNamespace } from '../cli/namespaces.ts';
import { INJECTION_RIGHTS } from '../cli/object-rights.ts';
import { flag, text } from '../cli/options.ts';
import type { InjectionNamespace } from '../kube/injection/decide.ts';
import { textMembers } from '../kube/injection/injector-policy.ts';
import type { CheckInjectAnswer } from '../report/check-inject.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { ExitCode, notFoundError, usageError } from '../util/errors.ts';

/** The answer, and why nothing could be decided. */
interface Answer extends CheckInjectAnswer {
  readonly failure?: SourceError;
}

export const command = defineCommand({
  name: 'check-inject',
  description:
    'Tells whether a pod gets a sidecar, by which revision and webhook, which label or rule decides, what to change, and what its pods have now.',
  args: [{ ...PROXY_ARGUMENT, name: 'target', description: 'POD, POD.NAMESPACE, deploy/NAME …' }],
  options: {
    labels: text('-l, --labels <labels>', 'labels that a pod in namespace -n might have, with commas'),
    all: flag('--all', 'every webhook of each configuration, and why it is called or not'),
  },
  examples: [
    {
      command: 'meshscope check-inject deploy/mailer-v1 -n legacy --from demo',
      explains: 'why the pods of a Deployment have no sidecar',
    },
    {
      command: 'meshscope check-inject -n shop -l app=search,version=v2 --from demo',
      explains: 'before there is a pod: what labels lead to',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  rights: ({ options }) => ({
    scope: options.labels === undefined ? 'named' : 'none',
    reads: INJECTION_RIGHTS,
  }),
  validate: ({ args, options }) => {
    if (args.length + (options.labels === undefined ? 0 : 1) === 1) return;
    throw usageError('check-inject takes one pod or workload, or --labels', {
      hint: 'meshscope check-inject POD.NAMESPACE, deploy/NAME -n NAMESPACE, or -n NAMESPACE -l app=NAME',
    });
  },
  run: async ({ args: [target = ''], options: { labels, all } }, context): Promise<Answer> => {
    const subject =
      labels === undefined ? await injectionSubject(context, target) : await labelsSubject(context, labels);
    const mesh = await meshInjection(context);
    if (!mesh.ok) {
      if (context.globals.compat) throw toMeshscopeError(mesh.error);
      const { asked, reason, next } = mesh.error;
      context.gap({ what: asked, why: reason, next });
      const check = checkInjection(subject, `can't read ${asked}: ${reason}`);
      return { check, compat: [], all, failure: mesh.error };
    }
    return { ...(await decided(context, subject, mesh.value)), all };
  },
  reporters: {
    table: () => import('../report/check-inject.ts').then((module) => module.checkInjectReport),
    json: () => import('../report/check-inject.ts').then((module) => module.checkInjectJson),
    yaml: () => import('../report/check-inject.ts').then((module) => module.checkInjectYaml),
  },
  compatReporters: {
    table: () => import('../report/check-inject-compat.ts').then((module) => module.compatCheckInject),
  },
  exitCode: ({ failure }) => (failure === undefined ? ExitCode.ok : toMeshscopeError(failure).exitCode),
});

async function decided(context: CommandContext, subject: InjectionSubject, mesh: MeshInjection) {
  const namespace = await namespaceOf(context, subject.namespace, mesh);
  return {
    check: checkInjection(subject, { ...mesh, namespace }),
    compat: compatHookRows(mesh.configurations, subject.template.labels, namespace.labels),
  };
}

async function namespaceOf(
  context: CommandContext,
  name: string,
  { namespaces }: MeshInjection,
): Promise<InjectionNamespace> {
  const found = namespaces.find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return { name, labels: textMembers(found.metadata.labels) };
  await requireNamespace(context, name);
  throw notFoundError(`namespace ${name} was not recorded`);
}
