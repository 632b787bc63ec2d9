import type { ConfigDifference, ProxyConfigDiff } from '../../answers/proxy-config-diff.ts';
import type { FieldChange } from '../../envoy/diff.ts';
import { escapeLine } from '../../util/text.ts';
import type { ReportOptions } from '../reporter.ts';
import { markSymbol, type Style, styleFor } from '../style.ts';

const CHANGES_SHOWN = 8;
const VALUE_LENGTH = 60;

/** Two proxies' differences under the objects that cause them; the verdict first. */
export function diffText(diff: ProxyConfigDiff, options: ReportOptions): string {
  const style = styleFor(options.color);
  const count = diff.groups.reduce((sum, group) => sum + group.differences.length, 0);
  const lines: string[] = [];
  const both = `${escapeLine(diff.left)} (left) and ${escapeLine(diff.right)} (right)`;
  if (count === 0) {
    lines.push(`${markSymbol('good', style)} ${both} have the same configuration: ${diff.same} resources`);
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
    for (const difference of group.differences) lines.push(...differenceLines(difference, style));
  }
  return `${lines.join('\n')}\n`;
}

function differenceLines({ kind, name, what, changes }: ConfigDifference, style: Style): string[] {
  const note = what === 'changed' ? '' : `  ${style.warn(what)}`;
  const lines = [`  ${kind} ${escapeLine(name)}${note}`];
  for (const change of changes.slice(0, CHANGES_SHOWN)) lines.push(`    ${changeText(change)}`);
  if (changes.length > CHANGES_SHOWN) lines.push(`    and ${changes.length - CHANGES_SHOWN} more fields`);
  return lines;
}

function changeText({ path, change, left, right }: FieldChange): string {
  const shown = escapeLine(path.length > 160 ? `${path.slice(0, 159)}…` : path);
  if (change === 'moved') return `${shown}: in another order`;
  const [before, after] = [valueText(left), valueText(right)];
  if (change === 'added') return `${shown}: only right ${after}`;
  return change === 'removed' ? `${shown}: only left ${before}` : `${shown}: ${before} → ${after}`;
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
