import type { ConfigurationCheck, InjectionCheck, PodInjection } from '../answers/check-inject.ts';
import type { CompatHookRow } from '../answers/check-inject-compat.ts';
import { escapeLine } from '../util/text.ts';
import { type DetailRow, detailTable } from './detail-table.ts';
import { jsonText } from './json.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from './style.ts';
import { wrapWords } from './wrap.ts';
import { yamlText } from './yaml.ts';

/** What the command answers: our check, the reference's rows, and whether to list every webhook. */
export interface CheckInjectAnswer {
  readonly check: InjectionCheck;
  readonly compat: readonly CompatHookRow[];
  readonly all: boolean;
}

/** The verdict and the rule, what to change, what the pods have now, and what each configuration decides. */
export const checkInjectReport: Reporter<CheckInjectAnswer> = ({ check, all }, options) => {
  const style = styleFor(options.color);
  const lines = [
    ...labelled('why', check.why, options),
    ...podLines(check, options),
    ...check.change.flatMap((one) => labelled('change', one, options)),
    ...check.notes.flatMap((one) => labelled('note', one, options)),
  ];
  return [
    `${markSymbol(markOf(check), style)} ${escapeLine(subjectWords(check))}: ${outcomeWords(check)}\n`,
    ...check.warnings.flatMap((one) => labelled('warning', one, options)),
    ...lines,
    check.configurations.length < 2 && !all
      ? ''
      : `\n${configurationTable(check.configurations, all, options, style)}`,
  ].join('');
};

/** The check as JSON. */
export const checkInjectJson: Reporter<CheckInjectAnswer> = ({ check }) => jsonText(check);

/** The check as YAML. */
export const checkInjectYaml: Reporter<CheckInjectAnswer> = ({ check }) => yamlText(check);

function markOf(check: InjectionCheck): Mark {
  if (check.outcome === 'unknown') return 'unknown';
  if (check.outcome === 'conflict' || check.outcome === 'no webhook') return 'bad';
  if (check.pods.some(({ state }) => state === 'restart') || check.warnings.length > 0) return 'warn';
  return check.outcome === 'injected' ? 'good' : 'plain';
}

function subjectWords({ subject: { kind, name, namespace } }: InjectionCheck): string {
  if (name === undefined) return `a pod with these labels in ${namespace}`;
  return kind === 'Pod' ? `${name}.${namespace}` : `${kind} ${namespace}/${name}`;
}

function outcomeWords({ outcome, revision, pods, configurations }: InjectionCheck): string {
  const restart = pods.some(({ state }) => state === 'restart') ? ', once it is restarted' : '';
  switch (outcome) {
    case 'injected':
      return `injected by revision ${escapeLine(revision || '(none)')} (${hookOf(configurations)})${restart}`;
    case 'not injected':
      return restart === '' ? 'not injected' : 'not injected any more, once it is restarted';
    case 'conflict':
      return 'several webhooks inject it';
    case 'no webhook':
      return 'not injected';
    case 'unknown':
      return 'unknown whether a new pod is injected';
  }
}

function hookOf(configurations: readonly ConfigurationCheck[]): string {
  return escapeLine(configurations.find(({ injects }) => injects)?.name ?? '');
}

function podLines(check: InjectionCheck, options: ReportOptions): string[] {
  const groups = new Map<string, PodInjection[]>();
  for (const pod of check.pods) {
    const words = podWords(pod);
    groups.set(words, [...(groups.get(words) ?? []), pod]);
  }
  return [...groups].flatMap(([words, pods]) => {
    const names = pods.slice(0, 3).map(({ pod }) => pod);
    const more = pods.length > names.length ? ` and ${pods.length - names.length} more` : '';
    return labelled(pods.length === 1 ? 'pod' : 'pods', `${names.join(', ')}${more}: ${words}`, options);
  });
}

function podWords({ proxy, revision, state }: PodInjection): string {
  const has =
    proxy === 'none'
      ? 'has no sidecar'
      : `has ${proxy === 'own' ? 'a proxy of its own template' : 'the sidecar'}${revision === undefined ? '' : ` of revision ${revision}`}`;
  return state === 'restart' ? `${has}; restart it to change that` : has;
}

function labelled(label: string, text: string, { width }: ReportOptions): string[] {
  const indent = 11;
  const head = `  ${label}`.padEnd(indent);
  const words = escapeLine(text);
  if (!Number.isFinite(width) || width < 40) return [`${head}${words}\n`];
  return wrapWords(words, width, indent).map((line, index) =>
    index === 0 ? `${head}${line.slice(indent)}\n` : `${line}\n`,
  );
}

function configurationTable(
  configurations: readonly ConfigurationCheck[],
  all: boolean,
  options: ReportOptions,
  style: Style,
): string {
  const rows = configurations.flatMap((one): DetailRow[] => [
    row(one.name, one.revision, one.tag ?? '-', one.injects, one.why, style),
    ...(all
      ? one.webhooks.map((webhook) => row(`  ${webhook.name}`, '', '', webhook.called, webhook.why, style))
      : []),
  ]);
  return detailTable(['  WEBHOOK', 'REVISION', 'TAG'], rows, options);
}

function row(
  name: string,
  revision: string,
  tag: string,
  injects: boolean,
  detail: string,
  style: Style,
): DetailRow {
  const mark: Mark = injects ? 'good' : 'plain';
  const text = `${plainMark(mark)} ${name}`;
  const paint = (shown: string): string => markSymbol(mark, style) + shown.slice(1);
  return { cells: [{ text, paint }, revision, tag], detail };
}
