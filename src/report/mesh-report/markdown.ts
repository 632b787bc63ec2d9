import { type Finding, resourceText } from '../../analysis/finding.ts';
import { messageText } from '../../answers/analysis.ts';
import type { MeshReport, ReportVerdict } from '../../answers/mesh-report/mesh-report.ts';
import { counted } from '../../util/counted.ts';
import { plain } from '../markdown-text.ts';
import type { Reporter } from '../reporter.ts';
import { istiodLine, SECTIONS, sectionLines } from './words.ts';

const MARK: Readonly<Record<ReportVerdict['level'], string>> = {
  error: '❌',
  warning: '⚠️',
  unknown: '❔',
  good: '✅',
};
/** A ticket takes some 65,000 characters, and nobody reads more rows than this. */
const MOST_ROWS = 50;

/** The report for a ticket or chat: the verdict, then a section a part, what is wrong before what is well. */
export const markdown: Reporter<MeshReport> = (report) => {
  const { subject, verdict } = report;
  const about = `${plain(subject.source)} · ${plain(subject.takenAt)} · ${plain(subject.madeBy)}`;
  const secrets = subject.redaction === 'none' ? ['**Secrets may be in this recording.**'] : [];
  const reasons = verdict.reasons.map(
    ({ level, section, text }) => `- ${MARK[level]} ${SECTIONS[section]}: ${plain(text)}`,
  );
  const parts = [
    `# ${MARK[verdict.level]} ${plain(verdict.title)}`,
    about,
    ...secrets,
    ...(reasons.length === 0 ? [] : [reasons.join('\n')]),
    table(
      ['Part', ''],
      sectionLines(report).map(([section, text]) => [SECTIONS[section], text]),
    ),
    ...findings(report),
    ...proxies(report),
    ...certificates(report),
    ...controlPlane(report),
    ...graph(report),
    ...gaps(report),
  ];
  return `${parts.join('\n\n')}\n`;
};

function findings({ findings: { findings: all } }: MeshReport): readonly string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST_ROWS);
  const rows = shown.map((one) => [one.level, one.code, subject(one), messageText(one)]);
  const help = [...new Map(shown.map((one) => [one.code, one])).values()].map(
    ({ code, why, fix }) => `**${plain(code)}** ${plain(why)}\n**Fix:** ${plain(fix)}`,
  );
  return [
    '## Configuration',
    table(['', 'Code', 'Where', 'What'], rows),
    ...more(all.length),
    `<details><summary>Why, and what to change</summary>\n\n${help.join('\n\n')}\n\n</details>`,
  ];
}

function subject({ resource, cluster, location }: Finding): string {
  const at = location?.path === undefined ? '' : ` ${location.path}`;
  const where = cluster === undefined ? '' : ` in cluster ${cluster}`;
  return resource === undefined ? (location?.file ?? '') : `${resourceText(resource)}${where}${at}`;
}

function proxies({ proxies: { rows, inSync } }: MeshReport): readonly string[] {
  const odd = rows.filter(({ state }) => state !== 'in-sync');
  if (odd.length === 0) return [];
  const lines = odd
    .slice(0, MOST_ROWS)
    .map(({ proxy, type, state, problems }) => [
      proxy,
      type === 'router' ? 'gateway' : type,
      state,
      problems.map(({ detail }) => detail).join('; '),
    ]);
  return [
    '## Proxies',
    table(['Proxy', 'Type', 'State', 'Why'], lines),
    ...more(odd.length),
    `${counted(inSync, 'proxy is', 'proxies are')} in sync.`,
  ];
}

function certificates({ certificates: { certificates: all, unread } }: MeshReport): readonly string[] {
  const odd = all.filter(({ state }) => state !== 'valid');
  const rows = odd
    .slice(0, MOST_ROWS)
    .map(({ state, role, name, notAfter, holders }) => [state, role, name, notAfter, holderText(holders)]);
  const lost = unread.slice(0, MOST_ROWS).map(({ who, why }) => `- ${plain(who)}: ${plain(why)}`);
  if (rows.length + lost.length === 0) return [];
  return [
    '## Certificates',
    ...(rows.length === 0
      ? []
      : [table(['State', 'Role', 'Name', 'Ends', 'Held by'], rows), ...more(odd.length)]),
    ...(lost.length === 0 ? [] : [`Not read:\n\n${lost.join('\n')}`, ...more(unread.length)]),
  ];
}

function holderText(holders: readonly string[]): string {
  const rest = holders.length > 2 ? ` and ${holders.length - 2} more` : '';
  return `${holders.slice(0, 2).join(', ')}${rest}`;
}

function controlPlane({ controlPlane: istiods }: MeshReport): readonly string[] {
  if (istiods.length === 0) return [];
  const list = (values: readonly { readonly label: string; readonly value: number }[] | undefined): string =>
    values === undefined
      ? 'not known'
      : values.map(({ label, value }) => `${label} ${value}`).join(', ') || 'none';
  const rows = istiods.map((one) => [
    istiodLine(one),
    list(one.pushes),
    list(one.errors),
    list(one.triggers),
    list(one.conflicts),
  ]);
  return [
    '## Control plane',
    table(['istiod', 'Pushes', 'Refused, failed', 'Why pushed', 'Conflicts'], rows),
  ];
}

function graph({ graph: drawn }: MeshReport): readonly string[] {
  if (drawn === undefined || drawn.cycles.length + drawn.dangling.length === 0) return [];
  const loops = drawn.cycles.map(({ level, title, steps }) => [
    level,
    title,
    steps.map(({ from }) => from).join(' → '),
  ]);
  const broken = drawn.dangling.map(({ level, from, what }) => [level, from, what]);
  const rows = [...loops, ...broken];
  return ['## Dependencies', table(['', 'Where', 'What'], rows.slice(0, MOST_ROWS)), ...more(rows.length)];
}

function gaps({ gaps: all }: MeshReport): readonly string[] {
  if (all.length === 0) return [];
  const lines = all
    .slice(0, MOST_ROWS)
    .map(
      ({ what, why, next }) =>
        `- ${plain(what)}: ${plain(why)}${next === undefined ? '' : ` (${plain(next)})`}`,
    );
  return ['## Missing', lines.join('\n'), ...more(all.length)];
}

function more(count: number): readonly string[] {
  return count > MOST_ROWS ? [`… and ${count - MOST_ROWS} more.`] : [];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `| ${row.map(plain).join(' | ')} |`);
  return [`| ${header.join(' | ')} |`, `|${header.map(() => '---').join('|')}|`, ...lines].join('\n');
}
