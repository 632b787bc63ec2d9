import type {
  AuthzPoliciesAnswer,
  DefaultDecision,
  PolicyOnProxy,
  PolicyPlace,
} from '../answers/authz-policies.ts';
import { policyId } from '../answers/authz-problems.ts';
import { escapeLine } from '../util/text.ts';
import type { Cell } from './long-table.ts';
import type { ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** What the text shows besides the table: `rules` lists every rule in words, with notes that are seldom wrong. */
export interface AuthzDetail {
  readonly rules: boolean;
}

/** One proxy's authorization: verdict, problems, policies in the order of evaluation, and what unmatched traffic meets. */
export function authzPoliciesText(
  answer: AuthzPoliciesAnswer,
  options: ReportOptions,
  detail: AuthzDetail,
): string {
  const style = styleFor(options.color);
  const lines = [
    `${markSymbol(markOf(answer), style)} ${style.strong(escapeLine(answer.label))}: ${summary(answer)}\n`,
    problemLines(answer, style, detail),
    answer.policies.length === 0 ? '' : policyTable(answer, options, style),
    unmatchedLine(answer.decisions, style),
    answer.compared.ok
      ? ''
      : `  ${style.faint(escapeLine(`not compared with the cluster: ${answer.compared.reason}`))}\n`,
    detail.rules ? ruleLines(answer, options) : '',
  ];
  return lines.join('');
}

function markOf({ problems }: AuthzPoliciesAnswer): Mark {
  if (problems.some(({ level }) => level === 'bad')) return 'bad';
  return problems.some(({ level }) => level === 'warn') ? 'warn' : 'good';
}

function summary(answer: AuthzPoliciesAnswer): string {
  const inForce = answer.policies.filter((policy) => policy.inForce);
  if (!answer.takesTraffic) return 'no working listener takes traffic in, so no policy is in force';
  if (inForce.length === 0) return 'no policy, everything that reaches it is allowed';
  const dryRuns = inForce.filter(({ mode }) => mode === 'dry-run').length;
  const audits = inForce.filter(({ action, mode }) => action === 'AUDIT' && mode === 'enforced').length;
  const enforced = inForce.length - dryRuns - audits;
  const parts = [enforced > 0 ? `${counted(enforced, 'policy', 'policies')} enforced` : 'no policy enforced'];
  if (audits > 0) parts.push(`${audits} only ${audits === 1 ? 'audits' : 'audit'}`);
  if (dryRuns > 0) parts.push(`${dryRuns} as a dry run`);
  return parts.join(', ');
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function problemLines(answer: AuthzPoliciesAnswer, style: Style, detail: AuthzDetail): string {
  return answer.problems
    .filter(({ level }) => level !== 'note' || detail.rules)
    .map(({ level, text, next }) => {
      const mark = markSymbol(level === 'note' ? 'plain' : level, style);
      return `  ${mark} ${escapeLine(text)}\n${next === undefined ? '' : `    next  ${escapeLine(next)}\n`}`;
    })
    .join('');
}

function policyTable(answer: AuthzPoliciesAnswer, options: ReportOptions, style: Style): string {
  const rows = answer.policies.map((policy) => [
    policy.action,
    policyId(policy),
    modeCell(policy, style),
    String(policy.rules.length),
    onText(policy.places),
  ]);
  return alignedTable(['ACTION', 'POLICY', 'MODE', 'RULES', 'ON'], rows, { ...options, indent: 2 });
}

function modeCell(policy: PolicyOnProxy, style: Style): Cell {
  const provider = policy.provider === undefined ? '' : ` by ${policy.provider}`;
  if (!policy.inForce) return { text: 'not in force', paint: style.bad };
  if (policy.mode === 'misconfigured') return { text: 'denies (misconfigured)', paint: style.bad };
  if (policy.action === 'AUDIT' && policy.mode === 'enforced') return 'audits';
  return policy.mode === 'dry-run' ? { text: 'dry run', paint: style.faint } : `enforced${provider}`;
}

/** `HTTP 9080, other ports; TCP other ports`. */
function onText(places: readonly PolicyPlace[]): string {
  return (['HTTP', 'TCP'] as const)
    .flatMap((layer) => {
      const names = places.filter((place) => place.layer === layer).map(({ place }) => place);
      return names.length === 0 ? [] : [`${layer} ${names.join(', ')}`];
    })
    .join('; ');
}

const UNMATCHED: Record<DefaultDecision['unmatched'], string> = {
  allowed: 'allowed',
  denied: 'denied (an ALLOW policy is there)',
  'nothing-allowed': 'denied (no ALLOW rule can match there)',
};

function unmatchedLine(decisions: readonly DefaultDecision[], style: Style): string {
  const parts = (['nothing-allowed', 'denied', 'allowed'] as const).flatMap((unmatched) => {
    const places = decisions.filter((decision) => decision.unmatched === unmatched);
    return places.length === 0 ? [] : [`${onText(places)}: ${UNMATCHED[unmatched]}`];
  });
  return parts
    .map((part, index) => `  ${style.faint(index === 0 ? 'unmatched' : '         ')}  ${escapeLine(part)}\n`)
    .join('');
}

function ruleLines(answer: AuthzPoliciesAnswer, options: ReportOptions): string {
  const rows = answer.policies.flatMap((policy) =>
    policy.rules.flatMap(({ index, http, tcp }) => {
      const name = `${policy.action} ${policyId(policy)} rule ${index}`;
      if (http === tcp) return [[name, '', http ?? '']];
      const rows: string[][] = [];
      if (http !== undefined) rows.push([name, 'HTTP', http]);
      rows.push([http === undefined ? name : '', 'TCP', tcp ?? tcpAbsence(policy.places)]);
      return rows;
    }),
  );
  if (rows.length === 0) return '';
  return `\n${wholeTable(rows, options.width) ?? alignedTable([], rows, { ...options, width: Infinity, indent: 2 })}`;
}

/** Narrower than this a column of words can't be read. */
const NARROWEST = 40;

/**
 * The rules for a terminal on which a line would not fit: none is ever cut, they go on in the next line. `undefined`
 * when nothing needs it.
 */
function wholeTable(rows: readonly (readonly string[])[], width: number): string | undefined {
  const cells = rows.map((row) => row.map(escapeLine));
  const nameWidth = Math.max(...cells.map(([name = '']) => name.length));
  const column = 2 + nameWidth + 2 + 'HTTP  '.length;
  if (cells.every(([, , text = '']) => column + text.length <= width)) return undefined;
  const beside = width - column >= NARROWEST;
  const lines = cells.flatMap(([name = '', layer = '', text = '']) => {
    const indent = beside ? column : 4 + 'HTTP  '.length;
    const [first = '', ...more] = wrapped(text, width - indent);
    const start = `${layer.padEnd(6)}${first}`;
    const head = beside ? [`  ${name.padEnd(nameWidth)}  ${start}`] : [`  ${name}`, `    ${start}`];
    return [...head.filter((line) => line.trim() !== ''), ...more.map((line) => ' '.repeat(indent) + line)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** Lines of at most `width` columns, broken at blanks; a longer word stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A rule with HTTP fields is left out of an ALLOW on TCP; a proxy without TCP chains has no place for it. */
function tcpAbsence(places: readonly PolicyPlace[]): string {
  return places.some(({ layer }) => layer === 'TCP')
    ? 'left out: it has fields that only HTTP knows'
    : 'not there';
}
