import type { CommandContext } from '../context.ts';
import type { ZtunnelTarget } from '../ztunnel-pods.ts';
import type { LevelJob } from './change-levels.ts';
import { ztunnelLevels } from './level-plan.ts';
import { levelTargets, liveMesh } from './level-targets.ts';
import { SERVER_KINDS } from './server-kind.ts';

/** A change of the levels of ztunnels. `--reset` of the reference sets info, ours what each was started with. */
export async function ztunnelJob(
  wanted: () => Promise<readonly ZtunnelTarget[]>,
  {
    level,
    reset,
    port,
  }: { readonly level: string | undefined; readonly reset: boolean; readonly port: number },
  context: CommandContext,
): Promise<LevelJob> {
  const { compat } = context.globals;
  const intent = ztunnelLevels(level ?? (compat ? 'info' : undefined), reset, compat);
  const source = await context.source();
  liveMesh(source, context);
  const pods = (await wanted()).map(({ pod }) => pod);
  return {
    kind: SERVER_KINDS.ztunnel,
    port,
    targets: await levelTargets(pods, source, context),
    intent: () => intent,
  };
}
