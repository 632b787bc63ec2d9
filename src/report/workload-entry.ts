import { escapeLine } from '../util/text.ts';
import type { Reporter } from './reporter.ts';
import { markSymbol, styleFor } from './style.ts';

/** The files that were written for the workloads of a group, and the command that makes what is missing. */
export interface WrittenFiles {
  /** `namespace/name`. */
  readonly group: string;
  readonly files: readonly string[];
  readonly tokenCommand: string;
}

/** What was written, and what is left to do. */
export const writtenFilesReport: Reporter<WrittenFiles> = ({ group, files, tokenCommand }, { color }) => {
  const style = styleFor(color);
  return [
    `${markSymbol('good', style)} ${files.length} files for the workloads of WorkloadGroup ${escapeLine(group)}\n`,
    ...files.map((path) => `  ${escapeLine(path)}\n`),
    `${markSymbol('plain', style)} the token is a secret of the cluster, and is made by:\n`,
    `  ${escapeLine(tokenCommand)}\n`,
  ].join('');
};
