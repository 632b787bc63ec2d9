import { escapeLine } from '../util/text.ts';
import type { CheckInjectAnswer } from './check-inject.ts';
import type { Reporter } from './reporter.ts';

const HEADER = ['WEBHOOK', 'REVISION', 'INJECTED', 'REASON'];
/** The reference pads by bytes, those of the colour and of the mark included. */
const MARK_WIDTH = 12;
const PADDING = 2;

/** The reference's table, which is coloured whatever it is printed to. */
export const compatCheckInject: Reporter<CheckInjectAnswer> = ({ compat }) => {
  if (compat.length === 0) return 'ERROR: no Istio injection hooks present.\n';
  const rows = compat.map((row) => [escapeLine(row.name), escapeLine(row.revision)] as const);
  const widths = [0, 1].map((column) =>
    Math.max(HEADER[column]?.length ?? 0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (text: string, column: number): string => text.padEnd((widths[column] ?? 0) + PADDING);
  const lines = compat.map((row, index) => {
    const [name = '', revision = ''] = rows[index] ?? [];
    const mark = row.injected ? '\u001b[32m✔\u001b[0m' : '\u001b[31m✘\u001b[0m';
    const cell = mark + ' '.repeat(MARK_WIDTH + PADDING - 1);
    return `${pad(name, 0)}${pad(revision, 1)}${cell}${escapeLine(row.reason)}\n`;
  });
  const [webhook = '', revision = '', injected = '', reason = ''] = HEADER;
  const head = `${pad(webhook, 0)}${pad(revision, 1)}${injected.padEnd(MARK_WIDTH + PADDING)}${reason}\n`;
  const several = compat.filter((row) => row.injected).length > 1;
  return `${head}${lines.join('')}${several ? 'ERROR: multiple webhooks will inject, which can lead to errors' : ''}`;
};
