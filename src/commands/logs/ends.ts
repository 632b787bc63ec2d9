import { type CalledEnd, servicesOf } from '../../answers/access-logs/ends.ts';
import { MeshNames } from '../../answers/access-logs/names.ts';
import type { CommandContext } from '../../cli/context.ts';
import { type LogTarget, logTargets, namedObjects } from '../../cli/log-targets.ts';
import { proxiesBySelector, resolveProxies } from '../../cli/proxy-argument.ts';

/** The pods that a question is about: the end that was named, and the called end of `--to`. */
export interface Ends {
  readonly from: readonly LogTarget[];
  readonly to: (CalledEnd & { readonly pods: readonly LogTarget[] }) | undefined;
  readonly names: MeshNames;
}

/** Resolves the arguments to pods and finds whose log tells of each. */
export async function endsOf(
  context: CommandContext,
  {
    target,
    selector,
    to,
  }: { target: string | undefined; selector: string | undefined; to: string | undefined },
): Promise<Ends> {
  const fromPods =
    selector === undefined
      ? await resolveProxies(context, target ?? '')
      : await proxiesBySelector(context, selector);
  const toPods = to === undefined ? undefined : await resolveProxies(context, to);
  const namespaces = [...fromPods, ...(toPods ?? [])].map(({ namespace }) => namespace);
  const objects = await namedObjects(context, namespaces);
  const from = await logTargets(context, fromPods, objects);
  const called = toPods && {
    pods: await logTargets(context, toPods, objects),
    services: servicesOf(toPods, objects),
  };
  return { from, to: called, names: new MeshNames(objects.pods, objects.services) };
}
