import type { Finding } from '../../analysis/finding.ts';
import { type AnalysisAnswer, messageText, subjectText } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { escapeControl } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { listedAnalyzers } from './analyzer-list.ts';
import { relativePath, sentence } from './words.ts';

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands of GitHub Actions: each finding becomes an annotation at its line. */
export const github: Reporter<AnalysisAnswer | AnalyzerList> = (answer, options) =>
  'findings' in answer
    ? answer.findings.map((finding) => annotation(finding, answer.root)).join('')
    : listedAnalyzers(answer, options);

function annotation(finding: Finding, root: string): string {
  const { code, level, location, why, fix } = finding;
  const subject = subjectText(finding);
  const properties = [
    ...(location?.file === undefined
      ? []
      : [
          ['file', relativePath(location.file, root)],
          ...(location.line === undefined
            ? []
            : [
                ['line', String(location.line)],
                ['col', String(location.column ?? 1)],
              ]),
        ]),
    ['title', `${code} ${finding.resource === undefined ? '' : subject}`.trim()],
  ].map(([name, value]) => `${name}=${escapeProperty(value ?? '')}`);
  const lines = [sentence(messageText(finding)), `why: ${why}`, `fix: ${fix}`];
  return `::${COMMAND[level]} ${properties.join(',')}::${escapeData(lines.join('\n'))}\n`;
}

/** What a message of a workflow command can't hold as it is. */
function escapeData(text: string): string {
  return escapeControl(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same for a property, which also ends at a comma or colon. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
