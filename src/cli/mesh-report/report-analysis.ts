import type { Analyzer } from '../../analysis/analyzer.ts';
import type { Catalogue } from '../../analysis/message.ts';
import type { AnalysisParts } from '../analysis-run.ts';
import { analysisSettings } from '../analysis-settings.ts';
import type { CommandContext } from '../context.ts';
import { ownAnalyzers } from '../own-analyzers.ts';

/** All analyzers, and the catalogue of their messages. */
export interface KnownAnalyzers {
  readonly ANALYZERS: readonly Analyzer[];
  readonly CATALOGUE: Catalogue;
}

/**
 * The analysis of a report: as that of `analyze` without options. Throws exit 65 for what is wrong in the configuration
 * file, and for plugins that can't be loaded.
 */
export async function reportAnalysis(
  context: CommandContext,
  { ANALYZERS, CATALOGUE }: KnownAnalyzers,
): Promise<AnalysisParts> {
  const settings = analysisSettings(context, {
    profile: undefined,
    failureThreshold: undefined,
    outputThreshold: undefined,
    plugin: [],
    rules: [],
  });
  const known = ANALYZERS.filter(({ isOptIn }) => isOptIn !== true);
  const analyzers = [...known, ...(await ownAnalyzers(context, settings, ANALYZERS))];
  return { analyzers, catalogue: CATALOGUE, suppressions: [], settings };
}
