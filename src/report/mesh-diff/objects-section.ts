import { resourceText } from '../../analysis/finding.ts';
import type { ObjectChange, ObjectsDiff } from '../../answers/mesh-diff/objects.ts';
import { counted } from '../../util/counted.ts';
import { changeText } from './change-text.ts';
import type { OutlineItem, OutlineSection } from './outline.ts';
import { countsText, sectionOf } from './section.ts';

const MARK = { added: '+', removed: '-', changed: '~', recreated: '~' } as const;

/** Where the ConfigMap of the control plane holds the mesh configuration. */
const MESH_FIELDS: ReadonlySet<string> = new Set(['data.mesh', 'data.meshNetworks']);

/** Objects that somebody wrote one by one, those that follow from them (pods, endpoints …) counted by what makes them. */
export function objectsSection(
  diff: ObjectsDiff | undefined,
  all: boolean,
  /** ConfigMaps whose mesh configuration was told field by field. */
  told: readonly string[] = [],
): OutlineSection | undefined {
  if (diff === undefined) return undefined;
  const { counts, same, kinds, changes, hiddenValues } = diff;
  const text = countsText([
    [counts.changed, 'changed'],
    [counts.removed, 'removed'],
    [counts.added, 'added'],
    [counts.recreated, 'recreated'],
    [same, `the same, of ${counted(kinds, 'kind')}`],
    [
      hiddenValues,
      hiddenValues === 1
        ? 'value is redacted and was not compared'
        : 'values are redacted and were not compared',
    ],
  ]);
  const own = all ? changes : changes.filter((change) => !isFollower(change));
  const followers = all ? [] : changes.filter(isFollower);
  const items = [...own.map((change) => objectItem(change, all, told)), ...ownerItems(followers)];
  const summary = kinds === 0 ? 'not compared' : text || 'none on either side';
  return sectionOf('Objects', summary, items, all);
}

/** What a controller makes comes and goes; a pod that stays and changes is worth a line of its own. */
function isFollower({ owner, resource, what }: ObjectChange): boolean {
  return owner !== undefined && !(resource.kind === 'Pod' && what === 'changed');
}

function objectItem(
  { what, resource, cluster, recreated, changes }: ObjectChange,
  all: boolean,
  told: readonly string[],
): OutlineItem {
  const where = cluster === undefined ? '' : ` in ${cluster}`;
  const word = what === 'recreated' ? '  recreated, the same' : recreated ? '  recreated' : '';
  return {
    mark: MARK[what],
    text: `${resourceText(resource)}${where}${word}`,
    details: changes.map((change) =>
      told.includes(resourceText(resource)) && MESH_FIELDS.has(change.path)
        ? `${change.path}: as told above`
        : changeText(change, all),
    ),
  };
}

/** `Deployment shop/cart-v1: 1 Pod added, 1 Pod removed`. */
function ownerItems(changes: readonly ObjectChange[]): readonly OutlineItem[] {
  const groups = new Map<string, Map<string, number>>();
  for (const { owner, resource, what, cluster } of changes) {
    if (owner === undefined) continue;
    const name = `${resourceText(owner)}${cluster === undefined ? '' : ` in ${cluster}`}`;
    const counts = groups.get(name) ?? new Map<string, number>();
    groups.set(name, counts);
    const key = `${resource.kind} ${what}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...groups].map(([name, counts]) => ({
    mark: 'plain',
    text: `${name}: ${[...counts].map(([key, count]) => `${count} ${key}`).join(', ')}`,
    details: [],
  }));
}
