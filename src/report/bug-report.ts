import type {
  ArchiveCheck,
  BugReport,
  BugReportAnswer,
  BugReportPlan,
  RevealedText,
  SecretScan,
} from '../answers/bug-report.ts';
import { escapeControl, escapeLine } from '../util/text.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { markCell, markSymbol, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** What was written and what it lacks; or, of a dry run, what would be asked. */
export const table: Reporter<BugReportAnswer> = (answer, options) =>
  answer.kind === 'BugReport' ? reportText(answer, options) : planText(answer, options);

const MOST_GROUPS = 8;

function reportText(answer: BugReport, options: ReportOptions): string {
  const style = styleFor(options.color);
  const { counts, unanswered, redaction } = answer;
  const lost = counts.failed + counts.skipped;
  const mark = lost === 0 ? 'good' : counts.ok === 0 ? 'bad' : 'warn';
  const lines = [
    `${markSymbol(mark, style)} ${escapeLine(answer.archive)}`,
    `  ${size(answer.bytes)}, ${answer.files} files, in ${(answer.tookMs / 1000).toFixed(1)} s`,
    `  ${counts.ok} answered${part(counts.partial, 'in part')}${part(counts.failed, 'failed')}${part(counts.skipped, 'left out')}${part(counts.absent, 'not there')}`,
  ];
  if (answer.ended !== undefined) lines.push(`  ended early: ${escapeLine(answer.ended)}`);
  const secrets = redaction.hidden === 1 ? '1 secret was' : `${redaction.hidden} secrets were`;
  lines.push(redaction.mode === 'none' ? '  secrets are in it (--full-secrets)' : `  ${secrets} taken out`);
  if (redaction.key !== undefined)
    lines.push(
      `  ${pseudonymsText(redaction.pseudonyms)} are pseudonyms in it; ${escapeLine(redaction.key)} turns them back: keep it to yourself`,
    );
  if (answer.troubled.length > 0)
    lines.push(`  asked first, for they have a problem: ${names(answer.troubled)}`);
  for (const { log, lines: count } of answer.criticalLogs.slice(0, MOST_GROUPS))
    lines.push(`  ${count} critical ${count === 1 ? 'line' : 'lines'} in ${escapeLine(log)}`);
  if (unanswered.length > 0) lines.push('', 'missing');
  for (const { reason, count, questions } of unanswered.slice(0, MOST_GROUPS)) {
    const more = count > questions.length ? ` and ${count - questions.length} more` : '';
    lines.push(
      `  ${count} × ${escapeLine(reason)}`,
      style.faint(`      ${escapeLine(questions.join(', '))}${more}`),
    );
  }
  if (unanswered.length > MOST_GROUPS)
    lines.push(`  and ${unanswered.length - MOST_GROUPS} other reasons (-o json names all)`);
  if (answer.missingRights.length > 0)
    lines.push('', 'rights to ask for', ...answer.missingRights.map((rule) => `  ${rule}`));
  const [name] = answer.archive.split('/').slice(-1);
  const archive = escapeLine(name ?? answer.archive);
  lines.push('', style.faint(`next  meshscope report --from ${archive}; every other command reads it, too`));
  return `${lines.join('\n')}\n`;
}

function pseudonymsText(what: readonly string[] = []): string {
  return what.map((one) => (one === 'ips' ? 'IP addresses' : one)).join(' and ');
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}

const MOST_NAMES = 5;

function names(all: readonly string[]): string {
  const more = all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : '';
  return `${all.slice(0, MOST_NAMES).map(escapeLine).join(', ')}${more}`;
}

function planText(plan: BugReportPlan, options: ReportOptions): string {
  const style = styleFor(options.color);
  const rows = plan.lines.map((line) => [
    markCell(line.allowed === false ? 'bad' : 'plain', style),
    line.stage,
    line.question,
    line.answers === undefined ? '?' : String(line.answers),
    size(line.estimatedBytes),
    line.allowed === false ? `${line.right}: missing` : line.right,
  ]);
  const header = ['', 'STAGE', 'QUESTION', 'ANSWERS', 'ABOUT', 'RIGHT'];
  const missing = plan.lines.filter(({ allowed }) => allowed === false).length;
  const denied =
    missing === 0 ? '' : `; ${missing} of ${plan.lines.length} lines lack a right (--print-rbac)`;
  const archive = `about ${size(plan.estimatedBytes)}, ${size(plan.estimatedArchiveBytes)} packed`;
  const limits = `limits: ${size(plan.maxBytes)}, ${plan.timeoutMs / 1000} s`;
  return `${alignedTable(header, rows, options)}${style.faint(`${archive}; ${limits}${denied}; nothing was written`)}\n`;
}

/** Where secrets are, and of which kind; never the secrets. */
export const scanTable: Reporter<SecretScan> = (scan, options) => {
  const style = styleFor(options.color);
  const unread = scan.unread
    .map(({ path, reason }) => `${markSymbol('bad', style)} ${escapeLine(path)}: ${reason}\n`)
    .join('');
  if (scan.secrets === 0) {
    return `${unread}${markSymbol(unread === '' ? 'good' : 'warn', style)} no secret found in ${scan.files} files of ${label(scan.archive)}\n`;
  }
  const rows = scan.places.map(({ path, rules, count }) => [
    markCell('bad', style),
    escapeLine(path),
    String(count),
    Object.entries(rules)
      .map(([rule, number]) => `${rule} ${String(number)}`)
      .join(', '),
  ]);
  const count = scan.secrets === 1 ? '1 secret' : `${scan.secrets} secrets`;
  const next = `next  meshscope bug-report --from ${escapeLine(scan.archive)} --output-file NEW.tar.gz takes them out`;
  const foot = `${count} in ${scan.places.length} of ${scan.files} files`;
  return `${unread}${alignedTable(['', 'FILE', 'SECRETS', 'KINDS'], rows, options)}${foot}\n${style.faint(next)}\n`;
};

/** The text itself. */
export const revealedText: Reporter<RevealedText> = ({ text }) =>
  escapeControl(text.endsWith('\n') ? text : `${text}\n`);

const MOST_PROBLEMS = 20;

/** Whether an archive is whole, and what is wrong with it. */
export const verifyTable: Reporter<ArchiveCheck> = (check, options) => {
  const style = styleFor(options.color);
  const what = `${check.files} files, ${size(check.bytes)} unpacked`;
  const taken = check.createdAt === undefined ? '' : `, taken ${check.createdAt}`;
  const secrets = check.redaction === 'none' ? '; its secrets were left in' : '';
  if (check.problems.length === 0) {
    const { counts } = check;
    const lost =
      counts === undefined
        ? ''
        : `; ${counts.ok} answered${part(counts.partial, 'in part')}${part(counts.failed, 'failed')}${part(counts.skipped, 'left out')}`;
    return `${markSymbol('good', style)} ${label(check.archive)} is whole: ${what}${taken}${lost}${secrets}\n`;
  }
  const lines = check.problems
    .slice(0, MOST_PROBLEMS)
    .map(({ path, problem }) => `  ${escapeLine(path)}: ${problem}`);
  const more =
    check.problems.length > MOST_PROBLEMS ? [`  and ${check.problems.length - MOST_PROBLEMS} more`] : [];
  return `${[`${markSymbol('bad', style)} ${label(check.archive)} is not as it was written: ${what}${taken}`, ...lines, ...more].join('\n')}\n`;
};

/** How an archive is called: its name, or stdin. */
function label(archive: string): string {
  return archive === '-' ? 'stdin' : escapeLine(archive);
}

function size(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} KiB` : `${bytes} bytes`;
}
