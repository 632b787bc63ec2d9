import { parseFile } from '../../config/parse-file.ts';
import { problemText } from '../../config/problem.ts';
import type { Analyzer } from '../analyzer.ts';
import { isRule, RuleFault, readRule } from '../rules/read-rule.ts';
import { ruleAnalyzer } from '../rules/rule-analyzer.ts';

/** The analyzers that the rules in a text in YAML stand for. Throws with the place of what can't be used. */
export function readRules(text: string, name = 'rules'): readonly Analyzer[] {
  const { resources, problems } = parseFile(name, text);
  const [problem] = problems;
  if (problem !== undefined) throw new Error(problemText(problem));
  return resources.filter(isRule).map((resource) => {
    try {
      return ruleAnalyzer(readRule(resource));
    } catch (error) {
      if (!(error instanceof RuleFault)) throw error;
      throw new Error(`${error.file}:${error.line}:${error.column}: ${error.message}`);
    }
  });
}
