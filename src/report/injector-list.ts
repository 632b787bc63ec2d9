import type { InjectorList, InjectorRow, NamespaceInjection } from '../answers/injector-list.ts';
import type { CompatInjectorList } from '../answers/injector-list-compat.ts';
import { escapeLine } from '../util/text.ts';
import { type DetailRow, detailTable } from './detail-table.ts';
import { jsonText } from './json.ts';
import type { Cell } from './long-table.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from './style.ts';
import { tabwriterTable } from './tabwriter.ts';
import { wrapWords } from './wrap.ts';
import { yamlText } from './yaml.ts';

/** What the command answers: our list, the reference's rows, and whether healthy namespaces are listed. */
export interface InjectorListAnswer {
  readonly list: InjectorList;
  readonly compat: CompatInjectorList;
  readonly all: boolean;
}

/** Namespaces that need a look, the others counted; then the injectors. */
export const injectorListReport: Reporter<InjectorListAnswer> = ({ list, all }, options) => {
  const style = styleFor(options.color);
  const rows = list.namespaces
    .filter((row) => all || isOdd(row))
    .sort((a, b) => RANK[markOf(a)] - RANK[markOf(b)])
    .map((row) => namespaceRow(row, style));
  const table = rows.length === 0 ? '' : detailTable(['  NAMESPACE', 'REVISION', 'PODS'], rows, options);
  return `${table}${footer(list, all, options, style)}\n${injectors(list, options, style)}`;
};

/** The list as JSON. */
export const injectorListJson: Reporter<InjectorListAnswer> = ({ list }) => jsonText(list);

/** The list as YAML. */
export const injectorListYaml: Reporter<InjectorListAnswer> = ({ list }) => yamlText(list);

/** The reference's two tables. */
export const compatInjectorListReport: Reporter<InjectorListAnswer> = ({ compat: { namespaces, hooks } }) => {
  const first =
    namespaces.length === 0
      ? 'No Istio injected namespaces present.\n'
      : tabwriterTable([['NAMESPACE', 'ISTIO-REVISION', 'POD-REVISIONS'], ...namespaces], 1);
  const second =
    hooks === undefined
      ? 'No Istio injection hooks present.\n'
      : tabwriterTable([['NAMESPACES', 'INJECTOR-HOOK', 'ISTIO-REVISION', 'SIDECAR-IMAGE'], ...hooks], 1);
  return `${first}\n${second}`;
};

const RANK: Record<Mark, number> = { bad: 0, warn: 1, unknown: 2, good: 3, plain: 4 };

function markOf({ outcome, missing, restart }: NamespaceInjection): Mark {
  if (outcome === 'conflict' || missing) return 'bad';
  if (restart.length > 0) return 'warn';
  return outcome === 'injected' ? 'good' : 'plain';
}

function isOdd(row: NamespaceInjection): boolean {
  return markOf(row) === 'bad' || markOf(row) === 'warn';
}

function namespaceRow(row: NamespaceInjection, style: Style): DetailRow {
  const mark = markOf(row);
  const revision = row.missing ? 'missing' : (row.revision ?? (row.outcome === 'conflict' ? 'several' : '-'));
  return { cells: [marked(mark, row.namespace, style), revision, podWords(row)], detail: detailOf(row) };
}

function marked(mark: Mark, text: string, style: Style): Cell {
  const paint = (shown: string): string => markSymbol(mark, style) + shown.slice(1);
  return { text: `${plainMark(mark)} ${text}`, paint };
}

function podWords({ pods }: NamespaceInjection): string {
  if (pods === undefined) return 'unknown';
  const counts = Object.entries(pods).map(([revision, count]) =>
    revision === 'none' ? `${count} without` : `${count} ${revision}`,
  );
  return counts.length === 0 ? 'none' : counts.join(', ');
}

function detailOf({ restart, why, outcome, missing, ambient }: NamespaceInjection): string {
  if (outcome === 'conflict') return `several webhooks inject: ${why}`;
  if (missing) return why;
  if (restart.length > 0) {
    const names = restart.slice(0, 3).map((name) => name.slice(0, name.lastIndexOf('.')));
    const more = restart.length > names.length ? ` and ${restart.length - names.length} more` : '';
    return `restart ${names.join(', ')}${more}: ${outcome === 'injected' ? 'not what a new pod gets' : 'a new pod gets no sidecar'}`;
  }
  return ambient ? 'ambient' : why;
}

function footer(list: InjectorList, all: boolean, options: ReportOptions, style: Style): string {
  const healthy = list.namespaces.filter((row) => !isOdd(row));
  const injected = healthy.filter(({ outcome }) => outcome === 'injected');
  const ambient = healthy.filter((row) => row.ambient && row.outcome !== 'injected');
  const others = healthy.length - injected.length - ambient.length;
  const parts = [
    `${injected.length} injected (${podTotal(injected)})`,
    ...(ambient.length > 0 ? [`${ambient.length} ambient`] : []),
    ...(others > 0 ? [`${others} without injection`] : []),
    ...(all || healthy.length === 0 ? [] : ['--all lists them']),
  ];
  const mark: Mark = list.namespaces.some(isOdd) ? 'plain' : 'good';
  const lead = list.namespaces.some(isOdd) ? 'other namespaces' : 'namespaces';
  const line = `${markSymbol(mark, style)} ${lead}: ${parts.join(' · ')}`;
  return `${wrapWords(line, options.width).join('\n')}\n`;
}

function podTotal(rows: readonly NamespaceInjection[]): string {
  if (rows.some(({ pods }) => pods === undefined)) return 'pods unknown';
  const total = rows.flatMap(({ pods }) => Object.values(pods ?? {})).reduce((sum, count) => sum + count, 0);
  return `${total} ${total === 1 ? 'pod' : 'pods'}`;
}

function injectors({ injectors: rows }: InjectorList, options: ReportOptions, style: Style): string {
  if (rows.length === 0) return `${markSymbol('bad', style)} no injector: no webhook injects sidecars\n`;
  const lines = rows.map((row): DetailRow => {
    const mark: Mark = row.warnings.length > 0 ? 'warn' : 'good';
    return {
      cells: [marked(mark, row.name, style), row.revision || '-', row.tag ?? '-', row.image ?? 'unknown'],
      detail: injectorDetail(row),
    };
  });
  return detailTable(['  INJECTOR', 'REVISION', 'TAG', 'IMAGE'], lines, options);
}

function injectorDetail({ namespaces, warnings }: InjectorRow): string {
  const where = namespaces.length === 0 ? 'injects no whole namespace' : `injects ${namespaces.join(', ')}`;
  return escapeLine([...warnings, where].join('; '));
}
