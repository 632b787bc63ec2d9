import type { ConfigProblem } from '../config/problem.ts';
import type { Finding } from './finding.ts';
import { renderMessage } from './message.ts';
import { RUN_MESSAGES } from './messages.ts';

/** The code of what could not be read. */
export const UNREADABLE = 'MSH0090';

/**
 * Documents and files that could not be read, as findings, so that every format carries them. An error where something
 * is missing from what was analyzed, a warning where it was read in another way than was meant.
 */
export function unreadableFindings(problems: readonly ConfigProblem[]): readonly Finding[] {
  const { why, fix } = RUN_MESSAGES[UNREADABLE];
  return problems.map(({ message, file, line, column, lost }) => ({
    code: UNREADABLE,
    level: lost ? 'error' : 'warning',
    message: renderMessage(RUN_MESSAGES[UNREADABLE], { problem: message }),
    why: lost ? why : 'The file was read, but what stands there may not be what was meant.',
    fix,
    location: { file, line, column },
    related: [],
    evidence: [],
    confidence: 'certain',
    docs: `meshscope explain ${UNREADABLE}`,
  }));
}

/** Whether a finding says that something is missing from what was analyzed. */
export function isLost({ code, level }: Finding): boolean {
  return code === UNREADABLE && level === 'error';
}
