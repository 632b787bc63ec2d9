import type { MeshConfigDiff } from '../../answers/mesh-diff/mesh-diff.ts';
import type { VersionCount, VersionsDiff } from '../../answers/mesh-diff/versions.ts';
import { changeText } from './change-text.ts';
import type { OutlineSection } from './outline.ts';
import { sectionOf } from './section.ts';

/** Beside the first ConfigMap, more than these are counted. */
const NAMED = 2;

/** Versions of istiod, proxies and nodes. */
export function versionsSection(diff: VersionsDiff | undefined): OutlineSection | undefined {
  if (diff === undefined) return undefined;
  const items = diff.changes.map(({ part, before, after }) => ({
    mark: '~' as const,
    text: `${part}: ${versionsText(before)} → ${versionsText(after)}`,
    details: [],
  }));
  const same = diff.same.map(
    ({ part, after }) => `${part} ${after.map(({ version }) => version).join(', ')}`,
  );
  const summary =
    same.length === 0 ? (items.length === 0 ? 'not compared' : '') : `the same: ${same.join('; ')}`;
  return sectionOf('Versions', summary, items, true);
}

function versionsText(counts: readonly VersionCount[]): string {
  return counts.map(({ version, count }) => `${version} (${count})`).join(', ');
}

/** What of the mesh configuration differs, by field. */
export function meshConfigSection(
  diff: MeshConfigDiff | undefined,
  all: boolean,
): OutlineSection | undefined {
  if (diff === undefined) return undefined;
  const { compared, changes } = diff;
  const items = changes.map((change) => ({
    mark: '~' as const,
    text: changeText(change, all),
    details: [],
  }));
  const [first, ...others] = compared;
  const names = others.length > NAMED ? `${first} and ${others.length} more` : compared.join(', ');
  const summary = first === undefined ? 'not compared' : items.length === 0 ? `the same (${names})` : names;
  return sectionOf('Mesh configuration', summary, items, all);
}
