import type { DiffParts } from '../../answers/mesh-diff/mesh-diff.ts';
import type { KindGap, Side } from '../../answers/mesh-diff/objects.ts';
import type { Gap } from '../context.ts';
import type { DiffSides } from './sides.ts';

const NAMED = 4;

/** Notes what of a comparison is missing, on the side that lacks it. */
export function noteDiffGaps(sides: DiffSides, parts: DiffParts): void {
  const note = (side: Side | 'both', gap: Gap): void => {
    if (side !== 'right') sides.left.context.gap(gap);
    if (side !== 'left') sides.right.context.gap(gap);
  };
  noteKinds(parts.objects?.notCompared ?? [], note);
  for (const { side, why } of parts.proxies?.notCompared ?? []) note(side, { what: 'proxies', why });
  const { meshConfig } = parts;
  if (meshConfig?.notCompared !== undefined)
    note(meshConfig.notCompared.side, { what: 'mesh configuration', why: meshConfig.notCompared.why });
  for (const { part, side } of parts.versions?.notCompared ?? []) {
    const isLeftOut = part === 'nodes' && side === 'both';
    if (!isLeftOut) note(side, { what: `versions of ${part}`, why: 'not all of them are told' });
  }
  for (const { proxies, side, why } of parts.proxyConfigs?.notCompared ?? [])
    note(side, { what: `configuration of ${namesText(proxies)}`, why });
  const unknown = parts.findings?.unknown ?? [];
  for (const side of ['left', 'right'] as const) {
    const own = unknown.filter(({ on }) => on !== side);
    const reasons = [...new Set(own.map(({ why }) => why))];
    if (own.length > 0)
      note(side, {
        what: 'findings',
        why: `${own.length} of the other side could not be checked for here: ${namesText(reasons, '; ')}`,
      });
  }
}

/** Kinds that lack for one reason are named together. */
function noteKinds(gaps: readonly KindGap[], note: (side: KindGap['side'], gap: Gap) => void): void {
  const groups = new Map<string, KindGap[]>();
  for (const gap of gaps) {
    // Who may not list one kind mostly may not list others.
    const [plural = ''] = gap.kind.split('.');
    const why = gap.why.replace(`list ${plural} `, 'list them ');
    const key = JSON.stringify([gap.side, why, gap.partly]);
    groups.set(key, [...(groups.get(key) ?? []), { ...gap, why }]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const what = namesText(group.map(({ kind }) => kind));
    const consequence = first.partly ? 'objects that only the other side holds are left out' : 'not compared';
    note(first.side, { what, why: `${first.why}; ${consequence}` });
  }
}

function namesText(names: readonly string[], between = ', '): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(between)}${more}`;
}
