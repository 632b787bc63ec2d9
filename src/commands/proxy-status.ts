import { setTimeout as sleep } from 'node:timers/promises';
import { FAIL_ON_WORDS, parseFailOn } from '../answers/fail-on.ts';
import type { ProblemKind } from '../answers/proxy-problem.ts';
import type { ProxyStatusAnswer } from '../answers/proxy-status-answer.ts';
import { BESIDE_MESH, OUTSIDE_OPTIONS, outsideName, PROXY_ADMIN_PORT } from '../cli/admin-port.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { duration, flag, integer, list, text } from '../cli/options.ts';
import { checkXds, XDS_OPTIONS, xdsLive } from '../cli/xds-options.ts';
import { ExitCode, usageError } from '../util/errors.ts';
import { listStatus, unansweredExit } from './proxy-status/list.ts';
import { podStatus } from './proxy-status/pod.ts';

const OPTIONS = {
  file: text('-f, --file <file>', "with a pod: read Envoy's config_dump from a file (- is stdin)"),
  proxyAdminPort: PROXY_ADMIN_PORT,
  ...OUTSIDE_OPTIONS,
  verbosity: integer('-v, --verbosity [n]', 'from 1 on (also -v alone): one column a type', 0, {
    min: 0,
    implied: 1,
  }),
  all: flag('--all', 'list the proxies that are in sync, too'),
  deep: flag('--deep', "do not believe SYNCED: compare istiod's intent with every Envoy's configuration"),
  watch: flag('--watch', 'ask again and again until Ctrl-C'),
  interval: duration('--interval <duration>', 'pause between two answers of --watch', 2_000),
  ...XDS_OPTIONS,
  failOn: list('--fail-on <conditions>', `exit with 79 when one holds: ${FAIL_ON_WORDS}`, { min: 1 }),
};

/** Conditions that only a comparison of istiod's intent with Envoy's configuration can meet. */
const COMPARED: readonly ProblemKind[] = ['differs', 'not-compared'];

const WITHOUT_ISTIOD =
  'Without the Role for the control plane, each Envoy is asked itself (create on pods/portforward); sync is unknown then.';

type Input = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, ProxyStatusAnswer>({
  name: 'proxy-status',
  description:
    'Shows how far each proxy is in sync with istiod, worst first. With a pod (or --admin-url, --ssh: an Envoy outside Kubernetes, which says itself which proxy it is): what istiod would send against what its Envoy holds.',
  args: [{ name: 'pod', description: 'POD, POD.NAMESPACE or deploy/NAME', completes: 'proxy' }],
  options: OPTIONS,
  examples: [
    { command: 'meshscope proxy-status --from demo', explains: 'the proxies that need a look' },
    { command: 'meshscope proxy-status --from demo --deep', explains: 'also find what SYNCED hides' },
    {
      command: 'meshscope proxy-status --from demo search-v1-7c78d66565-qzbbl.shop',
      explains: 'istiod against Envoy, resource by resource',
    },
    {
      command: "meshscope proxy-status --from demo --fail-on 'error,stale>60s'",
      explains: 'a gate for delivery pipelines',
    },
  ],
  stability: 'stable',
  needs: ['istiod'],
  live: ({ options }) => ({ ...BESIDE_MESH, ...xdsLive(options) }),
  validate: ({ args, options }, context) => {
    checkXds(options, context);
    const rules = parseFailOn(options.failOn);
    if (outsideName(options) !== undefined) return checkOutside({ args, options }, context);
    if (args.length === 0 && !options.deep && rules.some(({ kind }) => COMPARED.includes(kind))) {
      throw usageError('--fail-on: without a comparison no proxy can be found to differ', {
        hint: 'add --deep, or name a pod',
      });
    }
    if (options.file !== undefined && args.length === 0) {
      throw usageError('--file needs the pod that the dump belongs to', {
        hint: 'meshscope proxy-status POD --file FILE',
      });
    }
    if (options.interval < 100) throw usageError('--interval: at least 100ms');
  },
  rights: ({ args, options }) => ({
    scope: args.length === 0 ? 'mesh' : 'named',
    ...(args.length === 0 ? { note: WITHOUT_ISTIOD } : {}),
    reads: [
      { group: '', resource: 'pods', in: 'proxies' },
      { group: 'networking.istio.io', resource: 'envoyfilters', in: 'proxies' },
      { group: 'networking.istio.io', resource: 'envoyfilters', in: 'control-plane' },
      ...(options.deep || (args.length > 0 && options.file === undefined)
        ? ([{ group: '', resource: 'pods/portforward', verbs: ['create'], in: 'proxies' }] as const)
        : []),
    ],
  }),
  runsUntilInterrupted: ({ options }) => options.watch,
  run: (input, context) => (input.options.watch ? watch(input, context) : answerOnce(input, context, false)),
  reporters: {
    table: () => import('../report/proxy-status.ts').then((module) => module.table),
    json: () => import('../report/proxy-status-json.ts').then((module) => module.json),
    yaml: () => import('../report/proxy-status-json.ts').then((module) => module.yaml),
  },
  compatReporters: {
    table: () => import('../report/compat/proxy-status.ts').then((module) => module.table),
    json: () => import('../report/compat/proxy-status.ts').then((module) => module.json),
    yaml: () => import('../report/compat/proxy-status.ts').then((module) => module.yaml),
  },
  exitCode: (answer) => {
    if (answer.failing) return ExitCode.findings;
    return answer.form === 'list' ? unansweredExit(answer.status) : ExitCode.ok;
  },
});

/** Throws a usage error where something else is asked for beside the Envoy outside. */
function checkOutside({ args: [pod], options }: Input, { globals }: Pick<CommandContext, 'globals'>): void {
  const { file, adminUrl, ssh, deep } = options;
  if (globals.from !== undefined) {
    throw usageError('--from reads a recording: --admin-url and --ssh ask a running Envoy', {
      hint: 'give one of them',
    });
  }
  if ([pod, file, adminUrl, ssh].filter((one) => one !== undefined).length > 1 || deep) {
    throw usageError('give one of pod, --file, --admin-url, --ssh and --deep', {
      hint: 'the Envoy says itself which proxy of the mesh it is',
    });
  }
}

function answerOnce(
  { args, options }: Input,
  context: CommandContext,
  redraw: boolean,
): Promise<ProxyStatusAnswer> {
  const failOn = parseFailOn(options.failOn);
  const [target] = args;
  if (outsideName(options) !== undefined) return podStatus(context, { envoy: { outside: options }, failOn });
  if (target !== undefined) return podStatus(context, { envoy: { target, file: options.file }, failOn });
  const { all, deep, verbosity } = options;
  return listStatus(context, { all, deep, verbosity, redraw, failOn });
}

/** Answers until Ctrl-C, or until a condition of `--fail-on` holds. A snapshot does not change: it answers once. */
async function* watch(input: Input, context: CommandContext): AsyncGenerator<ProxyStatusAnswer> {
  const { kind, label } = await context.source();
  const redraw = kind === 'cluster' && Number.isFinite(context.terminal.width);
  for (let round = 0; ; round++) {
    const answer = await answerOnce(input, context, redraw);
    // An answer that was cut short says less than the one before it.
    if (context.io.signal.aborted && round > 0) return;
    yield answer;
    if (answer.failing) return;
    if (kind !== 'cluster') {
      await context.terminal.note(`${label} is a recording, it does not change: --watch ends`);
      return;
    }
    await sleep(input.options.interval, undefined, { signal: context.io.signal }).catch(() => undefined);
    if (context.io.signal.aborted) return;
  }
}
