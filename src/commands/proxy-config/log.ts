import { type LoggersAnswer, loggersOf } from '../../answers/envoy-loggers.ts';
import { isLevelChange, type LevelChangeAnswer, levelExitCode } from '../../answers/level-change.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import {
  askProxies,
  checkOneTarget,
  ENVOY_OPTIONS,
  type EnvoyInput,
  PROXY_ARGUMENT,
} from '../../cli/envoy-input.ts';
import { checkLevelFlags, LEVEL, LEVEL_OPTIONS } from '../../cli/log-levels/level-options.ts';
import { flag } from '../../cli/options.ts';
import { ExitCode, usageError } from '../../util/errors.ts';
import { decodeText } from '../../util/load-json.ts';

const { selector, allReplicas, proxyAdminPort, adminUrl, ssh } = ENVOY_OPTIONS;

const OPTIONS = {
  selector,
  allReplicas,
  level: LEVEL,
  reset: flag('-r, --reset', 'set the levels that each proxy was started with'),
  ...LEVEL_OPTIONS,
  proxyAdminPort,
  adminUrl,
  ssh,
} as const;

type Input = CommandInput<typeof OPTIONS>;
type LogAnswer = ProxyAnswers<LoggersAnswer> | LevelChangeAnswer;

const load = () => import('../../report/log-levels/envoy-log.ts');

export const command = defineCommand({
  name: 'proxy-config log',
  description:
    "Shows the levels of an Envoy's loggers, those that differ from the rest first, or changes them for a while: " +
    '--all-replicas --level rbac:debug,http:debug --revert-after 10m.',
  args: [PROXY_ARGUMENT],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope proxy-config log cart-v1-db9689b57-djzwj.shop --from demo',
      explains: 'log levels of one proxy',
    },
    {
      command: 'meshscope proxy-config log -l app=storefront -n shop --from demo',
      explains: 'log levels of the proxies with a label',
    },
    {
      command: 'meshscope proxy-config log --revert-pending',
      explains: 'put back what a run with --revert-after left when it was killed',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: (input, context) => validate(input, context),
  runsUntilInterrupted: ({ options }) => options.revertAfter !== undefined,
  // A look can be given up at once; what changes something has it to put back.
  run: (input, context): Promise<LogAnswer> | AsyncIterable<LogAnswer> =>
    input.options.revertPending || isChange(input) ? changed(input, context) : shown(input, context),
  reporters: {
    table: () => load().then((module) => module.envoyLogReport),
    json: () => load().then((module) => module.envoyLogJson),
    yaml: () => load().then((module) => module.envoyLogYaml),
  },
  compatReporters: {
    table: () => load().then((module) => module.compatEnvoyLog),
  },
  exitCode: (answer) => (isLevelChange(answer) ? levelExitCode(answer) : ExitCode.ok),
});

function validate(input: Input, { globals }: CommandContext): void {
  const { options, args } = input;
  checkLevelFlags(options, { changes: isChange(input), args, from: globals.from });
  if ((options.adminUrl ?? options.ssh) !== undefined && (isChange(input) || options.revertPending)) {
    throw usageError('--admin-url and --ssh show levels; those of pods alone are changed', {
      hint: 'on that machine: curl -X POST "http://127.0.0.1:15000/logging?level=debug"',
    });
  }
  if (options.revertPending) return;
  checkOneTarget('log', withoutFile(input, globals.compat));
  if (options.level !== undefined && options.reset)
    throw usageError('--level cannot be combined with --reset');
}

function isChange({ options }: Input): boolean {
  return options.level !== undefined || options.reset;
}

async function* changed(input: Input, context: CommandContext): AsyncGenerator<LogAnswer> {
  const { level, revertPending } = input.options;
  const { logLevels } = await import('../../cli/log-levels/log-command.ts');
  const levels = logLevels('envoy', input.options, context);
  if (revertPending) yield await levels.revertPending();
  else {
    const { envoyJob } = await import('../../cli/log-levels/envoy-job.ts');
    const target = withoutFile(input, context.globals.compat);
    yield* levels.change(() => envoyJob(target, { level }, context));
  }
}

async function shown(input: Input, context: CommandContext): Promise<LogAnswer> {
  const { logLevels } = await import('../../cli/log-levels/log-command.ts');
  await logLevels('envoy', input.options, context).noteLeftBehind();
  return askProxies(withoutFile(input, context.globals.compat), context, 'logging', ({ bytes, label }) =>
    loggersOf(decodeText(bytes), label),
  );
}

/** Levels are always those of a proxy: they can't be read from a dump. The reference takes all pods of `type/name`. */
function withoutFile({ args, options }: Input, compat: boolean): EnvoyInput {
  const { selector: labels, allReplicas: all, proxyAdminPort: port } = options;
  const isWorkload = /^(?!pods?\/)[^/]+\//i.test(args[0] ?? '');
  return {
    args,
    options: {
      file: undefined,
      selector: labels,
      allReplicas: all || (compat && isWorkload),
      proxyAdminPort: port,
      adminUrl: options.adminUrl,
      ssh: options.ssh,
    },
  };
}
