import { injectorList } from '../../answers/injector-list.ts';
import { compatInjectorList } from '../../answers/injector-list-compat.ts';
import { defineCommand } from '../../cli/command.ts';
import { injectorConfigMap, meshInjection } from '../../cli/injection-facts.ts';
import { noteMissing } from '../../cli/missing.ts';
import { requireNamespace, wantedNamespace } from '../../cli/namespaces.ts';
import { INJECTION_RIGHTS } from '../../cli/object-rights.ts';
import { flag } from '../../cli/options.ts';
import { injectedImage } from '../../kube/injection/proxy-image.ts';
import type { InjectorListAnswer } from '../../report/injector-list.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';

export const command = defineCommand({
  name: 'injector list',
  description:
    'Lists which revision injects sidecars into each namespace, which pods need a restart to follow, and the injectors with their image.',
  args: [],
  options: { all: flag('--all', 'healthy namespaces too') },
  examples: [
    { command: 'meshscope injector list --from demo', explains: 'namespaces that need a look' },
    { command: 'meshscope injector list --all --from demo', explains: 'every namespace' },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  rights: () => ({ reads: INJECTION_RIGHTS }),
  run: async ({ options: { all } }, context): Promise<InjectorListAnswer> => {
    const namespace = wantedNamespace(context);
    const source = await context.source();
    const [mesh, pods, istioNamespace] = await Promise.all([
      meshInjection(context),
      source.resources({ group: '', plural: 'pods', namespace }),
      context.istioNamespace(),
    ]);
    if (!mesh.ok) throw toMeshscopeError(mesh.error);
    noteMissing(context, 'pods', pods);
    const facts = mesh.value;
    const known = pods.ok ? pods.value : undefined;
    const imageOf = (revision: string): string | undefined =>
      injectedImage(injectorConfigMap(facts.configMaps, revision));
    const input = { ...facts, istioNamespace, namespace, imageOf };
    const list = injectorList({ ...input, pods: known });
    if (namespace !== undefined && list.namespaces.length === 0) await requireNamespace(context, namespace);
    return { list, compat: compatInjectorList({ ...input, pods: known ?? [] }), all };
  },
  reporters: {
    table: () => import('../../report/injector-list.ts').then((module) => module.injectorListReport),
    json: () => import('../../report/injector-list.ts').then((module) => module.injectorListJson),
    yaml: () => import('../../report/injector-list.ts').then((module) => module.injectorListYaml),
  },
  compatReporters: {
    table: () => import('../../report/injector-list.ts').then((module) => module.compatInjectorListReport),
  },
});
