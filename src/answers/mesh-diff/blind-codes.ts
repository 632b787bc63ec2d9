import type { Analyzer } from '../../analysis/analyzer.ts';
import type { AnalysisResult } from '../../analysis/runner.ts';
import type { Kind } from '../../mesh/kinds.ts';

/** What a side could not give its analyzers, and which of them came to no end. */
export interface Blindness extends Pick<AnalysisResult, 'skipped' | 'unfinished'> {
  readonly unavailable: ReadonlySet<Kind>;
  readonly partial: ReadonlySet<Kind>;
}

/**
 * The codes that `here` could not be checked for as `there` was, with why: their analyzer did not run here, or it reads
 * a kind of which there is less here. Then that a finding is not here says nothing.
 */
export function blindCodes(
  analyzers: readonly Pick<Analyzer, 'name' | 'codes' | 'inputs'>[],
  here: Blindness,
  there: Pick<Blindness, 'unavailable'>,
): ReadonlyMap<string, string> {
  const skipped = new Map(here.skipped.map(({ analyzer, missing }) => [analyzer, missing]));
  const unfinished = new Set(here.unfinished);
  const lacksOf = ({ name, inputs }: Pick<Analyzer, 'name' | 'inputs'>): string | undefined => {
    if (unfinished.has(name)) return 'its analyzer did not finish';
    const lacking =
      skipped.get(name) ??
      inputs.filter((kind) => here.unavailable.has(kind) && !there.unavailable.has(kind));
    if (lacking.length > 0) return `${lacking.join(', ')} could not be read`;
    const partial = inputs.filter((kind) => here.partial.has(kind));
    return partial.length > 0 ? `there may be more of ${partial.join(', ')} than was read` : undefined;
  };
  const blind = new Map<string, string>();
  for (const analyzer of analyzers) {
    const why = lacksOf(analyzer);
    if (why !== undefined) for (const code of analyzer.codes) blind.set(code, why);
  }
  return blind;
}
