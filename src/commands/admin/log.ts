import type { IstiodScopesAnswer } from '../../answers/istiod-scopes.ts';
import { isLevelChange, type LevelChangeAnswer, levelExitCode } from '../../answers/level-change.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { istiodScopes } from '../../cli/istiod-scopes.ts';
import { checkLevelFlags, LEVEL_OPTIONS } from '../../cli/log-levels/level-options.ts';
import { flag, integer, text } from '../../cli/options.ts';
import { ExitCode, usageError } from '../../util/errors.ts';

const OPTIONS = {
  level: text(
    '--level <levels>',
    'set log levels: LEVEL for all scopes, or SCOPE:LEVEL,SCOPE:LEVEL; debug, info, warn, error or none',
  ),
  stackTraceLevel: text('--stack-trace-level <levels>', 'set from which level on stack traces are logged'),
  reset: flag('--reset', 'set all levels to the defaults: info, and none for stack traces'),
  logReset: flag('--log-reset', 'set the log levels to info'),
  stackTraceReset: flag('--stack-trace-reset', 'set the stack trace levels to none'),
  ...LEVEL_OPTIONS,
  all: flag('--all', 'list every scope'),
  ctrlzPort: integer('--ctrlz_port <port>', 'port of ControlZ in the pods', 9876, { min: 1, max: 65535 }),
} as const;

type Input = CommandInput<typeof OPTIONS>;
type LogAnswer = IstiodScopesAnswer | LevelChangeAnswer;

const load = () => import('../../report/log-levels/admin-log.ts');

export const command = defineCommand({
  name: 'admin log',
  description:
    'Shows the logging scopes of istiod, or changes their levels on every replica of the revision.',
  args: [{ name: 'pod', description: 'an istiod pod; every replica when absent' }],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope admin log --from demo',
      explains: 'scopes whose level stands out, or differs between replicas',
    },
    { command: 'meshscope admin log --all --from demo', explains: 'every scope' },
  ],
  stability: 'stable',
  needs: ['istiod'],
  validate: (input, { globals }) => {
    const { args, options } = input;
    const { level, stackTraceLevel, reset, logReset, stackTraceReset } = options;
    checkLevelFlags(options, { changes: isChange(input), args, from: globals.from });
    if (level !== undefined && (reset || logReset))
      throw usageError('--level cannot be combined with --reset, --log-reset');
    if (stackTraceLevel !== undefined && (reset || stackTraceReset))
      throw usageError('--stack-trace-level cannot be combined with --reset, --stack-trace-reset');
  },
  runsUntilInterrupted: ({ options }) => options.revertAfter !== undefined,
  // A look can be given up at once; what changes something has it to put back.
  run: (input, context): Promise<LogAnswer> | AsyncIterable<LogAnswer> =>
    input.options.revertPending || isChange(input) ? changed(input, context) : shown(input, context),
  reporters: {
    table: () => load().then((module) => module.adminLogReport),
    json: () => load().then((module) => module.adminLogJson),
    yaml: () => load().then((module) => module.adminLogYaml),
  },
  compatReporters: {
    table: () => load().then((module) => module.compatAdminLog),
    json: () => load().then((module) => module.compatAdminLogJson),
    yaml: () => load().then((module) => module.compatAdminLogYaml),
  },
  exitCode: (answer) => (isLevelChange(answer) ? levelExitCode(answer) : ExitCode.ok),
});

function isChange({ options }: Input): boolean {
  const { level, stackTraceLevel, reset, logReset, stackTraceReset } = options;
  return level !== undefined || stackTraceLevel !== undefined || reset || logReset || stackTraceReset;
}

async function* changed({ args, options }: Input, context: CommandContext): AsyncGenerator<LogAnswer> {
  const { level, stackTraceLevel, ctrlzPort: port } = options;
  const reset = {
    levels: options.reset || options.logReset,
    stackTraces: options.reset || options.stackTraceReset,
  };
  const { logLevels } = await import('../../cli/log-levels/log-command.ts');
  const levels = logLevels('istiod', options, context);
  if (options.revertPending) yield await levels.revertPending();
  else {
    const { istiodJob } = await import('../../cli/log-levels/istiod-job.ts');
    yield* levels.change(() => istiodJob(args[0], { level, stackTraceLevel, reset, port }, context));
  }
}

async function shown({ args, options }: Input, context: CommandContext): Promise<LogAnswer> {
  const { logLevels } = await import('../../cli/log-levels/log-command.ts');
  await logLevels('istiod', options, context).noteLeftBehind();
  return { istiods: await istiodScopes(args[0], options.ctrlzPort, context), all: options.all };
}
