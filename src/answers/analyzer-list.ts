import type { Analyzer } from '../analysis/analyzer.ts';
import { compareText } from '../util/text.ts';

/** The analyzers that there are, by name. */
export interface AnalyzerList {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'AnalyzerList';
  readonly analyzers: readonly {
    readonly name: string;
    readonly description: string;
    readonly codes: readonly string[];
    readonly inputs: readonly string[];
  }[];
}

/** What the analyzers check, in the order of their names. */
export function listAnalyzers(all: readonly Analyzer[]): AnalyzerList {
  const analyzers = [...all]
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ name, description, codes, inputs }) => ({ name, description, codes, inputs }));
  return { apiVersion: 'meshscope.io/v1', kind: 'AnalyzerList', analyzers };
}
