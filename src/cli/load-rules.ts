import type { Analyzer } from '../analysis/analyzer.ts';
import { isRule, RuleFault, readRule } from '../analysis/rules/read-rule.ts';
import { ruleAnalyzer } from '../analysis/rules/rule-analyzer.ts';
import { problemText } from '../config/problem.ts';
import { dataError } from '../util/errors.ts';
import type { CommandContext } from './context.ts';

/**
 * The analyzers that the rules in files and folders stand for. Other documents there are left alone. Throws exit 66 for a
 * path that does not exist, 65 with file:line:column for a file that can't be read, a rule that can't be used, and a path
 * without any rule.
 */
export async function loadRules(
  { io, signal }: Pick<CommandContext, 'io' | 'signal'>,
  paths: readonly string[],
): Promise<readonly Analyzer[]> {
  if (paths.length === 0) return [];
  const { readConfig } = await import('../sources/files/read-config.ts');
  const analyzers: Analyzer[] = [];
  for (const path of paths) {
    const { resources, problems } = await readConfig([path], { cwd: io.cwd, stdin: io.stdin, signal });
    const lost = problems.find((problem) => problem.lost);
    if (lost !== undefined) throw dataError(`${problemText(lost)}`, { hint: 'docs/plugins.md shows a rule' });
    const rules = resources.filter(isRule);
    if (rules.length === 0)
      throw dataError(`there is no rule in ${path}`, {
        hint: 'a rule begins with "apiVersion: meshscope.io/v1" and "kind: Rule" (docs/plugins.md)',
      });
    for (const rule of rules) analyzers.push(usable(() => ruleAnalyzer(readRule(rule))));
  }
  return analyzers;
}

function usable<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof RuleFault)) throw error;
    throw dataError(`${error.file}:${error.line}:${error.column}: ${error.message}`, {
      lines: error.near.length === 0 ? [] : [['near', error.near.join(', ')]],
      hint: 'docs/plugins.md describes the fields of a rule and what expressions may use',
      cause: error,
    });
  }
}
