import type { CommandContext } from '../context.ts';
import type { EnvoyInput } from '../envoy-input.ts';
import { resolveProxies } from '../proxy-argument.ts';
import { targetPods } from '../target-pods.ts';
import type { LevelJob } from './change-levels.ts';
import { envoyLevels, planFor } from './level-plan.ts';
import { levelTargets, liveMesh } from './level-targets.ts';
import { SERVER_KINDS } from './server-kind.ts';
import { settingsAtStart, startLevels } from './start-levels.ts';

/** A change of the loggers of the Envoys that the input names: to `level`, else to what each was started with. */
export async function envoyJob(
  input: EnvoyInput,
  { level }: { readonly level: string | undefined },
  context: CommandContext,
): Promise<LevelJob> {
  const { compat } = context.globals;
  // The text is judged before anybody is asked.
  const asked = level === undefined ? undefined : envoyLevels(level, compat);
  const source = await context.source();
  const live = liveMesh(source, context);
  const pods = await targetPods(input, context);
  await noteOtherReplicas(input, pods.length, context);
  const port = input.options.proxyAdminPort;
  const kind = SERVER_KINDS.envoy;
  return {
    kind,
    port,
    targets: await levelTargets(pods, source, context),
    intent: async (target) => {
      if (asked !== undefined) return asked;
      const start = compat ? { all: 'warning', components: '' } : await startLevels(live, target, port);
      return (now) => planFor(kind, now, settingsAtStart(start, now));
    },
  };
}

/** A workload stands for one of its pods: the others keep their levels, which must not be overlooked. */
async function noteOtherReplicas(input: EnvoyInput, changed: number, context: CommandContext): Promise<void> {
  const [argument = ''] = input.args;
  if (input.options.selector !== undefined || input.options.allReplicas || !argument.includes('/')) return;
  const all = await resolveProxies(context, argument);
  if (all.length <= changed) return;
  await context.terminal.note(
    `${argument} has ${all.length} pods, and only one is changed; --all-replicas changes all`,
  );
}
