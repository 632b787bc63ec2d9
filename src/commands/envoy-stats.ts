import type { EnvoyStats, ProxyStats, StatsBody } from '../answers/envoy-stats/envoy-stats.ts';
import { OUTSIDE_OPTIONS, outsideName, PROXY_ADMIN_PORT } from '../cli/admin-port.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { ENVOY_OPTIONS, PROXY_ARGUMENT } from '../cli/envoy-input.ts';
import { fanOut } from '../cli/fan-out.ts';
import { choice, flag, text } from '../cli/options.ts';
import { targetPods } from '../cli/target-pods.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { MeshscopeError, usageError } from '../util/errors.ts';
import { type StatsRequest, statsBody } from './envoy-stats/body.ts';

const { selector, allReplicas } = ENVOY_OPTIONS;

const OPTIONS = {
  type: choice('-t, --type <type>', 'which statistics', ['server', 'clusters'], 'server'),
  selector,
  allReplicas,
  filter: text('--filter <regex>', 'only statistics (or clusters) whose name matches'),
  usedonly: flag('--usedonly', 'leave out what is 0; so does the table without --all'),
  all: flag('--all', 'in the table also what is 0'),
  proxyAdminPort: PROXY_ADMIN_PORT,
  ...OUTSIDE_OPTIONS,
} as const;

export const command = defineCommand<typeof OPTIONS, EnvoyStats>({
  name: 'envoy-stats',
  description:
    "Shows an Envoy's statistics: what they say is wrong, then the numbers; of its clusters what was sent and what failed.",
  args: [PROXY_ARGUMENT],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope envoy-stats deploy/cart-v1.shop --from demo',
      explains: 'the state of one Envoy, and what it counted',
    },
    {
      command: 'meshscope envoy-stats deploy/edge-gateway.edge -t clusters --from demo',
      explains: 'requests, errors and ejected endpoints by cluster',
    },
    {
      command: "meshscope envoy-stats deploy/cart-v1.shop --filter 'rbac|lds' -o prom --from demo",
      explains: "some of them in Prometheus' format",
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: ({ args, options }) => {
    const { selector, adminUrl, ssh } = options;
    const named = [selector, adminUrl, ssh].filter((option) => option !== undefined).length;
    const given = named + (args.length > 0 ? 1 : 0);
    if (given !== 1) {
      const one = 'give one of pod, --selector, --admin-url and --ssh';
      throw usageError(given === 0 ? 'envoy-stats needs a pod' : one, {
        hint: 'meshscope envoy-stats POD.NAMESPACE',
      });
    }
    patternOf(options.filter);
  },
  run: (input, context) => answer(input, context),
  reporters: {
    table: () => import('../report/envoy-stats.ts').then((module) => module.envoyStatsReport),
    json: () => import('../report/envoy-stats.ts').then((module) => module.envoyStatsJson),
    yaml: () => import('../report/envoy-stats.ts').then((module) => module.envoyStatsYaml),
    prom: () => import('../report/envoy-stats.ts').then((module) => module.envoyStatsText),
    'prom-merged': () => import('../report/envoy-stats.ts').then((module) => module.envoyStatsText),
  },
  compatReporters: {
    table: () => import('../report/compat/envoy-stats.ts').then((module) => module.compatText),
    json: () => import('../report/compat/envoy-stats.ts').then((module) => module.compatJson),
    yaml: () => import('../report/compat/envoy-stats.ts').then((module) => module.compatYaml),
    prom: () => import('../report/compat/envoy-stats.ts').then((module) => module.compatText),
    'prom-merged': () => import('../report/compat/envoy-stats.ts').then((module) => module.compatText),
  },
});

type Input = CommandInput<typeof OPTIONS>;

/** Envoys asked at a time: their statistics are small. */
const AT_A_TIME = 8;

async function answer({ args, options }: Input, context: CommandContext): Promise<EnvoyStats> {
  const target = { args, options: { ...options, file: undefined } };
  const outside = outsideName(options);
  const pods = outside === undefined ? await targetPods(target, context) : [{ name: outside, namespace: '' }];
  const { compat } = context.globals;
  const request: StatsRequest = {
    type: options.type,
    format: context.format,
    compat,
    filter: {
      pattern: patternOf(options.filter),
      usedOnly: options.usedonly || (context.format === 'table' && !compat && !options.all),
    },
  };
  const proxies: ProxyStats[] = [];
  const read = async (pod: PodRef): Promise<StatsBody | undefined> => {
    try {
      return await statsBody(context, pod, request);
    } catch (error) {
      if (pods.length === 1 || !(error instanceof MeshscopeError)) throw error;
      if (!context.signal.aborted)
        context.gap({ what: `statistics of ${proxyId(pod)}`, why: error.message, next: error.hint });
      return undefined;
    }
  };
  const atATime = (): number => AT_A_TIME;
  const asked = await fanOut(context, pods, { what: 'proxies', atATime, name: proxyId, work: read });
  for (const { item: pod, value: body } of asked) if (body !== undefined) proxies.push({ pod, body });
  const [first] = pods;
  if (proxies.length === 0 && first) await statsBody(context, first, request);
  return { proxies, several: options.selector !== undefined || options.allReplicas, all: options.all };
}

function patternOf(filter: string | undefined): RegExp | undefined {
  try {
    return filter === undefined ? undefined : new RegExp(filter);
  } catch {
    throw usageError(`--filter: "${filter}" is no regular expression`);
  }
}
