import type { Finding } from '../../analysis/finding.ts';
import { type AnalysisAnswer, messageText, subjectText } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { plain } from '../markdown-text.ts';
import type { Reporter } from '../reporter.ts';
import { placeText, relativePath, restWords, sentence, verdictLevel, verdictWords } from './words.ts';

/** A comment on a pull request ends at 65,536 characters; nobody reads more than this. */
const SHOWN = 50;
const MARK = { bad: '❌', warn: '⚠️', good: '✅' } as const;

/** A comment for a pull request: the verdict, a table worst first, and what to change for each code. */
export const markdown: Reporter<AnalysisAnswer | AnalyzerList> = (answer) => {
  if (!('findings' in answer)) {
    const rows = answer.analyzers.map(
      ({ name, codes, description }) => `| \`${name}\` | ${codes.join(', ')} | ${plain(description)} |`,
    );
    return `${['| Analyzer | Codes | Checks |', '|---|---|---|', ...rows].join('\n')}\n`;
  }
  const head = `### ${MARK[verdictLevel(answer)]} meshscope: ${verdictWords(answer)} in ${plain(answer.target)}`;
  const parts = [head, restWords(answer).map(plain).join(' · '), ...findings(answer), ...fixed(answer)];
  return `${parts.join('\n\n')}\n`;
};

function findings({ findings: all, root }: AnalysisAnswer): readonly string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, SHOWN);
  const rows = shown.map((finding) => row(finding, root));
  const more = all.length > SHOWN ? [`… and ${all.length - SHOWN} more.`] : [];
  return [['| | Code | Where | What |', '|---|---|---|---|', ...rows].join('\n'), ...more, help(shown)];
}

function row(finding: Finding, root: string): string {
  const { location, code, level } = finding;
  const place =
    location?.file === undefined
      ? subjectText(finding)
      : placeText({ ...location, file: relativePath(location.file, root) });
  const subject = location?.file === undefined ? '' : subjectText(finding);
  const what = finding.resource === undefined || subject === '' ? '' : `${plain(subject)}: `;
  return `| ${level} | ${code} | ${plain(place)} | ${what}${plain(sentence(messageText(finding)))} |`;
}

function help(shown: readonly Finding[]): string {
  const byCode = new Map(shown.map((finding) => [finding.code, finding]));
  const items = [...byCode].map(
    ([code, { why, fix }]) => `**${code}** ${plain(why)}\n**Fix:** ${plain(fix)}`,
  );
  return `<details><summary>Why, and what to change</summary>\n\n${items.join('\n\n')}\n\n</details>`;
}

function fixed({ comparison }: AnalysisAnswer): readonly string[] {
  const gone = comparison?.fixed ?? [];
  if (gone.length === 0) return [];
  const lines = gone
    .slice(0, SHOWN)
    .map(({ code, subject, message }) => `- ${code} ${plain(subject)}: ${plain(message)}`);
  return [[`Fixed: ${gone.length}`, '', ...lines].join('\n')];
}
