import type { ExplainAnswer, Explanation } from '../answers/explain.ts';
import type { Reporter } from './reporter.ts';
import { markSymbol, type Style, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** More than these are a table. */
const FULL = 6;
const MARK = { error: 'bad', warning: 'warn', info: 'plain' } as const;

/** Codes that were asked for in full, with an example and a near-miss; all of them as a table. */
export const explainText: Reporter<ExplainAnswer> = ({ codes }, { color, width }) => {
  const style = styleFor(color);
  if (codes.length <= FULL) return codes.map((one) => full(one, style, width)).join('\n');
  const rows = codes.map((one) => [
    one.code,
    one.level,
    one.name,
    one.retired ? `retired in ${one.retired}` : one.says,
  ]);
  return alignedTable(['CODE', 'LEVEL', 'NAME', 'SAYS'], rows, { color, width });
};

function full(one: Explanation, style: Style, width: number): string {
  const rows: (readonly [string, string])[] = [
    ['says', one.says],
    ['why', one.why],
    ['fix', one.fix],
  ];
  if (one.reportedBy.length > 0) rows.push(['from', one.reportedBy.join(', ')]);
  if (one.aliases.length > 0) rows.push(['same', `${one.aliases.join(', ')} of Kiali`]);
  if (one.retired !== undefined) rows.push(['note', `no longer reported since ${one.retired}`]);
  const head = `${markSymbol(MARK[one.level], style)} ${style.strong(one.code)} ${one.name} (${one.level})`;
  const blocks: (readonly [string, string | undefined])[] = [
    ['example', one.example],
    ['not reported', one.nearMiss],
  ];
  const shown = blocks.flatMap(([label, text]) => (text === undefined ? [] : [yaml(label, text, style)]));
  const body = rows.map(
    ([label, text]) => `  ${style.faint(label.padEnd(4))}  ${wrap(text, width - 8).join('\n        ')}`,
  );
  return `${[head, ...body, ...shown].join('\n')}\n`;
}

function yaml(label: string, text: string, style: Style): string {
  return `  ${style.faint(label)}\n${text.replace(/^/gm, '    ')}`;
}

/** Lines of whole words; at most 100 characters, so that piped text stays readable. */
function wrap(text: string, width: number): readonly string[] {
  const limit = Math.max(40, Math.min(width, 100));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
