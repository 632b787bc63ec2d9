import { UNREADABLE } from '../analysis/unreadable.ts';
import type { AnalysisAnswer } from '../answers/analysis.ts';
import { type ConfigProblem, problemText } from '../config/problem.ts';
import { escapeLine } from '../util/text.ts';
import type { Reporter } from './reporter.ts';

/** What validation found, with the files that were read. */
export interface ValidateAnswer extends AnalysisAnswer {
  /** Files in the order in which they were read. */
  readonly files: readonly string[];
  /** What could not be read as it was meant; among the findings, too. */
  readonly unreadable: readonly ConfigProblem[];
  /** Whether exit codes are those of the reference. */
  readonly isCompat: boolean;
}

/** A line for each file, as the reference has it: valid, with warnings, or each error on a line. */
export const compatValidate: Reporter<ValidateAnswer> = ({ files, findings, unreadable }) =>
  files
    .map((file) => {
      const own = findings.filter(({ code, location }) => code !== UNREADABLE && location?.file === file);
      const errors = [
        ...unreadable.filter((problem) => problem.file === file && problem.lost).map(problemText),
        ...own.filter(({ level }) => level === 'error').map(findingText),
      ];
      const warnings = own.filter(({ level }) => level === 'warning').map(findingText);
      const name = escapeLine(file);
      if (errors.length > 0) {
        const count = errors.length === 1 ? '1 error occurred' : `${errors.length} errors occurred`;
        return `Error: ${count}:\n${errors.map((text) => `\t* ${escapeLine(text)}\n`).join('')}`;
      }
      if (warnings.length > 0)
        return `"${name}" has warnings: \n${warnings.map((text) => `\t* ${escapeLine(text)}\n`).join('')}`;
      return file === 'stdin' ? 'validation succeed\n' : `"${name}" is valid\n`;
    })
    .join('');

function findingText({ message, resource, location }: AnalysisAnswer['findings'][number]): string {
  const { kind = '', namespace, name = '' } = resource ?? {};
  return `${kind}//${namespace === undefined ? '' : `${namespace}/`}${name}: ${location?.path ?? ''}: ${message}`;
}
