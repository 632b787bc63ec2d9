import type { CommandContext } from '../../cli/context.ts';
import type { Right } from '../../cli/rights.ts';
import { clusterViews } from '../../sources/joined-source.ts';
import type { MeshSource } from '../../sources/source.ts';
import { type PlanRight, planRights, WITHOUT_NAMESPACE } from './plan.ts';

/** Longest time that is spent on finding out which rights are missing, in milliseconds. */
const ASKING_MS = 10_000;

/** Which of the plan's rights this user has, by `rightKey`; `undefined` where nobody tells. */
export type Access = ReadonlyMap<string, boolean | undefined>;

/** A right as a key of `Access`. */
export function rightKey({ group, resource, verb }: PlanRight): string {
  return [verb, resource, group].join(' ');
}

/**
 * Asks the API server, before anything is collected, which rights this user has: in `namespace`, or in all. A recording
 * takes no rights; of several clusters a right must be there in all.
 */
export async function checkAccess(
  source: MeshSource,
  namespace: string | undefined,
  signal: AbortSignal,
  mostMs = ASKING_MS,
): Promise<Access> {
  const clusters = await clusterViews(source);
  const all = await Promise.all(clusters.map((one) => accessIn(one, namespace, signal, mostMs)));
  const access = new Map(all[0]);
  for (const other of all.slice(1)) {
    for (const [right, isAllowed] of other) if (access.get(right) !== false) access.set(right, isAllowed);
  }
  return access;
}

async function accessIn(
  { live }: MeshSource,
  namespace: string | undefined,
  signal: AbortSignal,
  mostMs: number,
): Promise<Access> {
  const access = new Map<string, boolean | undefined>();
  if (live === undefined) return access;
  const asking = planRights('expected').map(async (right) => {
    const place = WITHOUT_NAMESPACE.has(right.resource) ? undefined : namespace;
    access.set(rightKey(right), await live.mayI({ ...right, namespace: place }));
  });
  let timer: NodeJS.Timeout | undefined;
  let settle = (): void => {};
  const late = new Promise<void>((resolve) => {
    settle = resolve;
    timer = setTimeout(resolve, Math.min(ASKING_MS, mostMs));
    signal.addEventListener('abort', settle, { once: true });
  });
  await Promise.race([Promise.all(asking), late]);
  clearTimeout(timer);
  signal.removeEventListener('abort', settle);
  return access;
}

/** The rights with those that are known only from what was refused: whoever may ask nothing is told nothing beforehand. */
export function withRefused(access: Access, refused: readonly PlanRight[]): Access {
  const all = new Map(access);
  for (const right of refused) if (all.get(rightKey(right)) === undefined) all.set(rightKey(right), false);
  return all;
}

/** The missing rights as rules of a role, resources of one group and verb together. */
export function missingRules(access: Access): readonly string[] {
  const rules = new Map<
    string,
    { readonly group: string; readonly verb: string; readonly resources: string[] }
  >();
  for (const right of planRights('expected')) {
    if (access.get(rightKey(right)) !== false) continue;
    const key = `${right.group} ${right.verb}`;
    const rule = rules.get(key) ?? { group: right.group, verb: right.verb, resources: [] };
    rules.set(key, rule);
    rule.resources.push(right.resource);
  }
  return [...rules.values()].map(
    ({ group, verb, resources }) =>
      `{apiGroups: ["${group}"], resources: ${JSON.stringify(resources)}, verbs: ["${verb}"]}`,
  );
}

/** Says on stderr what will be missing for want of a right. */
export async function noteMissingRights(context: CommandContext, access: Access): Promise<void> {
  const missing = planRights('expected').filter((right) => access.get(rightKey(right)) === false);
  if (missing.length === 0) return;
  const named = missing.slice(0, 4).map(({ verb, resource }) => `${verb} ${resource}`);
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
  await context.terminal.note(
    `${missing.length} rights are missing (${named.join(', ')}${more}): the rest is collected; --print-rbac shows the role to ask for`,
  );
}

/** The plan's rights for `--print-rbac`. */
export function printedRights(): readonly Right[] {
  return planRights().map(({ group, resource, verb }) => ({
    group,
    resource,
    verbs: [verb],
    in: WITHOUT_NAMESPACE.has(resource) ? ('cluster' as const) : ('mesh' as const),
  }));
}
