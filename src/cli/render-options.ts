import { usageError } from '../util/errors.ts';
import { list, type OptionValues, text } from './options.ts';

/** Options that name configuration which a program renders first. */
export const RENDER_OPTIONS = {
  kustomize: list(
    '--kustomize <folder>',
    'what kustomize or kubectl builds from this folder, too; repeatable',
    {
      whole: true,
    },
  ),
  helm: text('--helm <chart>', 'what helm renders from this chart (a folder or an archive), too'),
  values: list('--values <file>', 'with --helm: values of the chart; repeatable, the last one wins'),
} as const;

type RenderValues = OptionValues<typeof RENDER_OPTIONS>;

/** What there is to render, in words, in order: empty when nothing is named. */
export function renderedNames({ kustomize, helm }: RenderValues): readonly string[] {
  return [
    ...kustomize.map((folder) => `kustomize ${folder}`),
    ...(helm === undefined ? [] : [`helm ${helm}`]),
  ];
}

/** Throws exit 64 for names that are none, and for values that go with nothing. */
export function checkRenderOptions({ kustomize, helm, values }: RenderValues): void {
  if (kustomize.includes('')) throw usageError('--kustomize needs the name of a folder');
  if (helm === '') throw usageError('--helm needs a chart: a folder or an archive');
  if (helm === undefined && values.length > 0)
    throw usageError('--values are for a chart', { hint: '--helm chart/ --values values.yaml' });
}
