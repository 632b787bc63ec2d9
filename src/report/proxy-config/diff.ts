import type { ConfigDifference, ProxyConfigDiff } from '../../answers/proxy-config-diff.ts';
import type { FieldChange } from '../../envoy/diff.ts';
import { escapeLine } from '../../util/text.ts';
import type { ReportOptions } from '../reporter.ts';
import { markSymbol, type Style, styleFor } from '../style.ts';

/** With more resources than a person reads each cause says how many it makes differ. */
const RESOURCES_SHOWN = 50;
const CHANGES_SHOWN = 8;
const VALUE_LENGTH = 60;
const PATH_LENGTH = 160;

/** What the text shows besides the differences that count. */
export interface DiffView {
  /** Whether to list every resource: of many, and those that only say who the proxy is. */
  readonly all: boolean;
}

/** Two proxies' differences under the objects that cause them; the verdict first, their own identity last. */
export function diffText(diff: ProxyConfigDiff & DiffView, options: ReportOptions): string {
  const style = styleFor(options.color);
  const differing = diff.groups.flatMap(({ differences }) => differences);
  const count = new Set(differing.map(({ kind, name, what }) => `${kind} ${name} ${what}`)).size;
  const isShort = count > RESOURCES_SHOWN && !diff.all;
  const lines: string[] = [];
  const both = `${escapeLine(diff.left)} (left) and ${escapeLine(diff.right)} (right)`;
  if (count === 0) {
    const but = diff.ownIdentity.length === 0 ? '' : ' but for who they are';
    const same = diff.same + diff.ownIdentity.length;
    lines.push(`${markSymbol('good', style)} ${both} have the same configuration${but}: ${same} resources`);
  } else {
    const verb = count === 1 ? '1 resource differs' : `${count} resources differ`;
    lines.push(`${markSymbol('bad', style)} ${both}: ${verb}, ${diff.same} are the same`);
  }
  for (const { kind, lacking } of diff.skipped) {
    lines.push(
      `${markSymbol('unknown', style)} ${kind}s are not compared: ${escapeLine(lacking)} was saved without them`,
    );
  }
  for (const group of diff.groups) {
    lines.push(
      '',
      style.strong(escapeLine(group.cause ?? 'Services, mesh configuration, EnvoyFilters and other causes')),
    );
    if (isShort) lines.push(`  ${countsText(group.differences)}`);
    else for (const difference of group.differences) lines.push(...differenceLines(difference, style));
  }
  if (isShort) lines.push('', `--all lists the ${count} resources, --only KIND those of one kind`);
  lines.push(...identityLines(diff, style));
  return `${lines.join('\n')}\n`;
}

/** One line; with `--all` the resources below it. */
function identityLines({ ownIdentity, all }: ProxyConfigDiff & DiffView, style: Style): string[] {
  const count = ownIdentity.length;
  if (count === 0) return [];
  const what =
    count === 1 ? '1 resource differs in nothing else' : `${count} resources differ in nothing else`;
  const title = `${style.strong('Their own identity')} (name, address, tags): ${what}`;
  if (!all) return ['', `${title}; --all lists ${count === 1 ? 'it' : 'them'}`];
  return ['', title, ...ownIdentity.flatMap((difference) => differenceLines(difference, style))];
}

/** `3 clusters only left, 1 route changed`. */
function countsText(differences: readonly ConfigDifference[]): string {
  const counts = new Map<string, { readonly kind: string; readonly what: string; count: number }>();
  for (const { kind, what } of differences) {
    const entry = counts.get(`${kind} ${what}`) ?? { kind, what, count: 0 };
    entry.count++;
    counts.set(`${kind} ${what}`, entry);
  }
  return [...counts.values()]
    .map(({ kind, what, count }) => `${count} ${kind}${count === 1 ? '' : 's'} ${what}`)
    .join(', ');
}

function differenceLines({ kind, name, what, changes }: ConfigDifference, style: Style): string[] {
  const note = what === 'changed' ? '' : `  ${style.warn(what)}`;
  const lines = [`  ${kind} ${escapeLine(name)}${note}`];
  for (const change of changes.slice(0, CHANGES_SHOWN)) lines.push(`    ${changeText(change)}`);
  if (changes.length > CHANGES_SHOWN) lines.push(`    and ${changes.length - CHANGES_SHOWN} more fields`);
  return lines;
}

function changeText({ path, change, left, right }: FieldChange): string {
  const shown = escapeLine(shortPath(path));
  if (change === 'moved') return `${shown}: in another order`;
  const [before, after] = [valueText(left), valueText(right)];
  if (change === 'added') return `${shown}: only right ${after}`;
  return change === 'removed' ? `${shown}: only left ${before}` : `${shown}: ${before} → ${after}`;
}

/** Where it begins and, above all, where it ends: a long path is cut in its middle. */
function shortPath(path: string): string {
  return path.length > PATH_LENGTH ? `${path.slice(0, 60)}…${path.slice(61 - PATH_LENGTH)}` : path;
}

function valueText(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? sizeText(value) : (JSON.stringify(value) ?? '');
  return escapeLine(text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH - 1)}…` : text);
}

/** Small objects are shown, large ones only by their fields. */
function sizeText(value: object): string {
  const fields = Object.keys(value);
  if (Array.isArray(value)) return `[${value.length} elements]`;
  return `{${fields.join(', ')}}`;
}
