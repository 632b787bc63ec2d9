import { isLevelChange, type LevelChangeAnswer, levelExitCode } from '../../answers/level-change.ts';
import { type ZtunnelLevelsAnswer, ztunnelLevelsOf } from '../../answers/ztunnel-levels.ts';
import { PROXY_ADMIN_PORT } from '../../cli/admin-port.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { checkLevelFlags, LEVEL_OPTIONS } from '../../cli/log-levels/level-options.ts';
import { notePartial } from '../../cli/missing.ts';
import { ztunnelRights } from '../../cli/object-rights.ts';
import { flag, text } from '../../cli/options.ts';
import { allZtunnels, type ZtunnelTarget, ztunnelOfNode, ztunnelOfPod } from '../../cli/ztunnel-pods.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { type SourceError, toMeshscopeError } from '../../sources/source-error.ts';
import { ExitCode, usageError } from '../../util/errors.ts';
import { decodeText } from '../../util/load-json.ts';

const OPTIONS = {
  node: text('--node <name>', 'the ztunnel of this node'),
  level: text(
    '--level <levels>',
    'set levels: LEVEL for all modules, or MODULE=LEVEL,MODULE=LEVEL; trace, debug, info, warn, error or off',
  ),
  reset: flag('-r, --reset', 'set the levels that each ztunnel was started with, then those of --level'),
  ...LEVEL_OPTIONS,
  proxyAdminPort: PROXY_ADMIN_PORT,
} as const;

type Input = CommandInput<typeof OPTIONS>;
type LogAnswer = ZtunnelLevelsAnswer | LevelChangeAnswer;

const load = () => import('../../report/log-levels/ztunnel-log.ts');

export const command = defineCommand({
  name: 'ztunnel-config log',
  description:
    'Shows the log levels of ztunnels, or changes them for a while: --level debug --revert-after 10m. ' +
    'Without a pod or node: of every ztunnel.',
  args: [{ name: 'pod', description: 'a ztunnel, or a pod whose node it serves', completes: 'proxy' }],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope ztunnel-config log --from demo-ambient',
      explains: 'levels of every ztunnel',
    },
    {
      command: 'meshscope ztunnel-config log --revert-pending',
      explains: 'put back what a run with --revert-after left when it was killed',
    },
  ],
  stability: 'stable',
  needs: ['ztunnel'],
  rights: ({ args }, globals) => ztunnelRights({ args, options: {} }, globals),
  live: ({ options }) => ({ adminPort: options.proxyAdminPort }),
  validate: (input, { globals }) => {
    const { args, options } = input;
    checkLevelFlags(options, { changes: isChange(input), args, from: globals.from });
    if (args.length > 0 && options.node !== undefined) throw usageError('give one of pod and --node');
    if (globals.compat && options.level !== undefined && options.reset)
      throw usageError('--level cannot be combined with --reset');
  },
  runsUntilInterrupted: ({ options }) => options.revertAfter !== undefined,
  // A look can be given up at once; what changes something has it to put back.
  run: (input, context): Promise<LogAnswer> | AsyncIterable<LogAnswer> =>
    input.options.revertPending || isChange(input) ? changed(input, context) : shown(input, context),
  reporters: {
    table: () => load().then((module) => module.ztunnelLogReport),
    json: () => load().then((module) => module.ztunnelLogJson),
    yaml: () => load().then((module) => module.ztunnelLogYaml),
  },
  compatReporters: {
    table: () => load().then((module) => module.compatZtunnelLog),
  },
  exitCode: (answer) => (isLevelChange(answer) ? levelExitCode(answer) : answer.code),
});

function isChange({ options }: Input): boolean {
  return options.level !== undefined || options.reset;
}

async function* changed(input: Input, context: CommandContext): AsyncGenerator<LogAnswer> {
  const { level, reset, revertPending, proxyAdminPort: port } = input.options;
  const { logLevels } = await import('../../cli/log-levels/log-command.ts');
  const levels = logLevels('ztunnel', input.options, context);
  if (revertPending) yield await levels.revertPending();
  else {
    const { ztunnelJob } = await import('../../cli/log-levels/ztunnel-job.ts');
    const wanted = () => targets(input, context);
    yield* levels.change(() => ztunnelJob(wanted, { level, reset, port }, context));
  }
}

async function targets({ args, options }: Input, context: CommandContext): Promise<readonly ZtunnelTarget[]> {
  const [argument] = args;
  if (argument !== undefined) return [await ztunnelOfPod(context, argument)];
  return options.node === undefined ? allZtunnels(context) : [await ztunnelOfNode(context, options.node)];
}

/** Throws when none of them can be asked; one of several is a gap, and a failure for the reference. */
async function shown(input: Input, context: CommandContext): Promise<LogAnswer> {
  const { logLevels } = await import('../../cli/log-levels/log-command.ts');
  await logLevels('ztunnel', input.options, context).noteLeftBehind();
  const wanted = await targets(input, context);
  const source = await context.source();
  const errors: SourceError[] = [];
  const replies = await Promise.all(
    wanted.map(async ({ pod, node }) => {
      const answer = await source.ztunnel(pod, 'logging');
      if (!answer.ok) {
        errors.push(answer.error);
        if (wanted.length > 1)
          context.gap({
            what: `log levels of ${proxyId(pod)}`,
            why: answer.error.reason,
            next: answer.error.next,
          });
        return [];
      }
      notePartial(context, `log levels of ${proxyId(pod)}`, answer);
      const page = decodeText(answer.value);
      return [{ pod, node, levels: ztunnelLevelsOf(page, `logging of ${proxyId(pod)}`), page }];
    }),
  );
  const ztunnels = replies.flat().sort((a, b) => (proxyId(a.pod) < proxyId(b.pod) ? -1 : 1));
  const [error] = errors;
  if (ztunnels.length === 0 && error !== undefined) throw toMeshscopeError(error);
  const code = context.globals.compat && error !== undefined ? ExitCode.no : ExitCode.ok;
  return { ztunnels, code };
}
