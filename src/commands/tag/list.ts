import { compatTagList, tagList } from '../../answers/tag-list.ts';
import { defineCommand } from '../../cli/command.ts';
import { meshInjection } from '../../cli/injection-facts.ts';
import { INJECTION_RIGHTS } from '../../cli/object-rights.ts';
import type { TagListAnswer } from '../../report/tag-list.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';

export const command = defineCommand({
  name: 'tag list',
  description:
    'Lists the revision tags and revisions of the mesh, the namespaces that each injects, and tags that lead nowhere.',
  args: [],
  options: {},
  examples: [
    { command: 'meshscope tag list --from demo', explains: 'tags and revisions of the bundled mesh' },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  rights: () => ({ scope: 'none', reads: INJECTION_RIGHTS }),
  run: async (_, context): Promise<TagListAnswer> => {
    const mesh = await meshInjection(context);
    if (!mesh.ok) throw toMeshscopeError(mesh.error);
    const input = { ...mesh.value, ...mesh.value.around };
    return { tags: tagList(input), compat: compatTagList(input) };
  },
  reporters: {
    table: () => import('../../report/tag-list.ts').then((module) => module.tagListReport),
    json: () => import('../../report/tag-list.ts').then((module) => module.tagListJson),
    yaml: () => import('../../report/tag-list.ts').then((module) => module.tagListYaml),
  },
  compatReporters: {
    table: () => import('../../report/tag-list.ts').then((module) => module.compatTagListReport),
    json: () => import('../../report/tag-list.ts').then((module) => module.compatTagListJson),
    yaml: () => import('../../report/tag-list.ts').then((module) => module.compatTagListYaml),
  },
});
