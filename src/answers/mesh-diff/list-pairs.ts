import { canonicalText } from '../../envoy/diff-list.ts';
import { asNumber, asObject, asString, field } from '../../util/json.ts';

/** Which elements of two lists are the same one. */
export interface ListPairs {
  readonly pairs: readonly { readonly left: number; readonly right: number; readonly label: string }[];
  readonly onlyLeft: readonly { readonly index: number; readonly label: string }[];
  readonly onlyRight: readonly { readonly index: number; readonly label: string }[];
  /** Whether elements of both lists stand in another order. */
  readonly moved: boolean;
}

/** A volume that the API server adds to each pod under a name of its own. */
const OWN_VOLUME = /^kube-api-access-[a-z0-9]{5}$/;

/** Whether two values are names of the volume that the API server adds to each pod. */
export function areOwnVolumes(left: unknown, right: unknown): boolean {
  return [left, right].every((one) => typeof one === 'string' && OWN_VOLUME.test(one));
}

/**
 * Pairs the elements of two lists of a Kubernetes object: by what the field calls them (name, type, mount path, port …),
 * else by equal content, and what is left on both sides by position where as many are left. Linear in size, and the
 * same from either side.
 */
export function pairLists(left: readonly unknown[], right: readonly unknown[]): ListPairs {
  const rightOf = new Map<string, number[]>();
  for (const [index, element] of right.entries()) push(rightOf, keyOf(element), index);
  const taken = new Set<number>();
  const pairs: { left: number; right: number; label: string }[] = [];
  const lone: number[] = [];
  const used = new Map<string, number>();
  for (const [index, element] of left.entries()) {
    const key = keyOf(element);
    const nth = used.get(key) ?? 0;
    used.set(key, nth + 1);
    const other = rightOf.get(key)?.[nth];
    if (other === undefined) lone.push(index);
    else {
      taken.add(other);
      pairs.push({ left: index, right: other, label: labelOf(element, index) });
    }
  }
  const moved = pairs.some(({ right: at }, index) => at < (pairs[index - 1]?.right ?? -1));
  const rest = right.map((_, index) => index).filter((index) => !taken.has(index));
  return { ...pairRest(left, right, { lone, rest, pairs }), moved };
}

/** Elements that have no name of their own are the same ones, changed, where as many are left on both sides. */
function pairRest(
  left: readonly unknown[],
  right: readonly unknown[],
  {
    lone,
    rest,
    pairs,
  }: { lone: readonly number[]; rest: readonly number[]; pairs: readonly ListPairs['pairs'][number][] },
): Omit<ListPairs, 'moved'> {
  const [leftNameless, rightNameless] = [
    lone.filter((index) => mayBeRenamed(left[index])),
    rest.filter((index) => mayBeRenamed(right[index])),
  ];
  const isPaired = leftNameless.length === rightNameless.length;
  const positioned = leftNameless.map((index, at) => ({
    left: index,
    right: rightNameless[at] ?? 0,
    label: String(index),
  }));
  const [gone, come] = isPaired
    ? [new Set(leftNameless), new Set(rightNameless)]
    : [new Set<number>(), new Set<number>()];
  const labelled = (list: readonly unknown[], indexes: readonly number[], but: ReadonlySet<number>) =>
    indexes
      .filter((index) => !but.has(index))
      .map((index) => ({ index, label: labelOf(list[index], index) }));
  return {
    pairs: isPaired ? [...pairs, ...positioned] : pairs,
    onlyLeft: labelled(left, lone, gone),
    onlyRight: labelled(right, rest, come),
  };
}

/** Whether an element stays the same one with another name: a route that leads elsewhere, or what has no name. */
function mayBeRenamed(element: unknown): boolean {
  return nameOf(element) === undefined || destination(element) !== undefined;
}

function keyOf(element: unknown): string {
  const name = nameOf(element);
  return name === undefined ? `= ${canonicalText(element)}` : `name ${name}`;
}

function labelOf(element: unknown, index: number): string {
  return nameOf(element) ?? String(index);
}

/** What the field calls an element of a list; `undefined` for plain values and what has no name. */
function nameOf(element: unknown): string | undefined {
  if (asObject(element) === undefined) return undefined;
  const text = (...path: readonly string[]): string | undefined =>
    asString(field(element, ...path)) || undefined;
  const mount = text('mountPath');
  if (mount !== undefined) return mount;
  const name = text('name');
  if (name !== undefined) return OWN_VOLUME.test(name) ? 'kube-api-access' : name;
  const key = text('key');
  if (key !== undefined) return [key, text('operator'), text('effect')].filter(Boolean).join(' ');
  return (
    text('type') ??
    portName(element) ??
    text('port', 'name') ??
    destination(element) ??
    text('address') ??
    text('ip') ??
    text('hostname')
  );
}

function portName(element: unknown): string | undefined {
  const port = asNumber(field(element, 'containerPort')) ?? asNumber(field(element, 'port'));
  if (port === undefined) return undefined;
  return `${port}/${asString(field(element, 'protocol')) ?? 'TCP'}`;
}

function destination(element: unknown): string | undefined {
  const host = asString(field(element, 'destination', 'host'));
  if (host === undefined) return undefined;
  const subset = asString(field(element, 'destination', 'subset'));
  return subset === undefined ? host : `${host} ${subset}`;
}

function push(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [index]);
  else known.push(index);
}
