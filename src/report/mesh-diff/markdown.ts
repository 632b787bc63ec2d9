import { plain } from '../markdown-text.ts';
import type { Reporter } from '../reporter.ts';
import { plainMark } from '../style.ts';
import { type OutlineItem, type OutlineSection, outlineOf } from './outline.ts';
import type { MeshDiffView } from './view.ts';

const MARK = { bad: '❌', warn: '⚠️', good: '✅', unknown: '❔', plain: '' } as const;

/** The comparison for a ticket or a pull request: the verdict, what was compared, and a list a section. */
export const markdown: Reporter<MeshDiffView> = (view) => {
  const { mark, verdict, about, sections } = outlineOf(view);
  const parts = [
    `### ${MARK[mark]} meshscope: ${plain(verdict)}`,
    about.map((line) => `- ${plain(line)}`).join('\n'),
    ...sections.map(sectionText),
  ];
  return `${parts.join('\n\n')}\n`;
};

function sectionText({ title, summary, items, more }: OutlineSection): string {
  const head = `**${title}**${summary === '' ? '' : ` ${plain(summary)}`}`;
  const rest = more > 0 ? [`- … and ${more} more.`] : [];
  const lines = [...items.map(itemText), ...rest];
  return lines.length === 0 ? head : `${head}\n\n${lines.join('\n')}`;
}

function itemText({ mark, text, details }: OutlineItem): string {
  const sign = mark === '+' || mark === '-' || mark === '~' ? plain(mark) : plainMark(mark);
  const head = `- \`${sign.replace('\\', '')}\` ${plain(text)}`;
  return [head, ...details.map((detail) => `  - ${plain(detail)}`)].join('\n');
}
