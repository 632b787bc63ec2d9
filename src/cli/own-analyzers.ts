import type { Analyzer } from '../analysis/analyzer.ts';
import { dataError } from '../util/errors.ts';
import type { AnalysisSettings } from './analysis-settings.ts';
import type { CommandContext } from './context.ts';

/** The analyzers of plugins and rules that the settings name; none of their libraries is loaded for none. */
export async function ownAnalyzers(
  context: CommandContext,
  { plugins, rules }: Pick<AnalysisSettings, 'plugins' | 'rules'>,
  known: readonly Analyzer[],
): Promise<readonly Analyzer[]> {
  if (plugins.length === 0 && rules.length === 0) return [];
  const [{ resolvePlugin }, { loadPlugins }, { loadRules }] = await Promise.all([
    import('./resolve-plugin.ts'),
    import('./load-plugins.ts'),
    import('./load-rules.ts'),
  ]);
  const own = [...(await loadPlugins(plugins.map(resolvePlugin))), ...(await loadRules(context, rules))];
  const names = new Set(known.flatMap(({ name, referenceName }) => [name, referenceName ?? name]));
  for (const { name, description } of own) {
    if (names.has(name))
      throw dataError(`there are two analyzers with the name ${name}`, {
        lines: [['this', description]],
        hint: 'give one of them another name',
      });
    names.add(name);
  }
  return own;
}
