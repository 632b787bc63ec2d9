import { setTimeout as sleep } from 'node:timers/promises';
import { type WaypointStatus, waypointStatus } from '../../answers/waypoint-status.ts';
import type { WaypointObjects } from '../../answers/waypoint-users.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { duration, flag } from '../../cli/options.ts';
import { waypointObjects, waypointPods } from '../../cli/waypoint-facts.ts';
import { type WaypointGateways, waypointGateways } from '../../cli/waypoint-gateways.ts';
import { parseTarget } from '../../kube/target.ts';
import type { CompatWaypoints } from '../../report/compat/waypoint.ts';
import type { Reporter } from '../../report/reporter.ts';
import { ExitCode, notFoundError, usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';

const OPTIONS = {
  wait: flag('-w, --wait', 'ask again until every waypoint works, for at most --waypoint-timeout'),
  waypointTimeout: duration('--waypoint-timeout <duration>', 'how long --wait waits', 90_000),
};

const PAUSE_MS = 1_000;

type Input = CommandInput<typeof OPTIONS>;
type Answer = WaypointStatus & CompatWaypoints;

/** What only the reference's text needs is no part of the data. */
async function dataOnly(load: () => Promise<Reporter<unknown>>): Promise<Reporter<Answer>> {
  const report = await load();
  return ({ hasGateways: _, ...status }, options) => report(status, options);
}

export const command = defineCommand<typeof OPTIONS, Answer>({
  name: 'waypoint status',
  description:
    'Shows whether waypoints work, whatever their status says: their pods, what istiod and their Envoys say, who uses them, and who names one in vain.',
  args: [{ name: 'name', description: 'only this waypoint: NAME or NAME.NAMESPACE' }],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope waypoint status --from demo-ambient',
      explains: 'waypoints of all namespaces, broken ones first',
    },
    {
      command: 'meshscope waypoint status clinic-waypoint -n clinic --from demo-ambient',
      explains: 'one waypoint',
    },
    {
      command: 'meshscope waypoint status -n clinic --wait --waypoint-timeout 2m --from demo-ambient',
      explains: 'wait until the waypoints of a namespace work; exit 1 if they do not',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes', 'istiod', 'envoy'],
  validate: (input, context) => {
    if (input.options.waypointTimeout < PAUSE_MS) throw usageError('--waypoint-timeout: at least 1s');
    // The reference takes no name here.
    if (input.args.length > 0 && context.globals.compat)
      throw usageError(`unknown subcommand "${input.args[0]}"`);
  },
  runsUntilInterrupted: ({ options }) => options.wait,
  run: (input, context) => (input.options.wait ? waitFor(input, context) : statusOnce(input, context)),
  reporters: {
    table: () => import('../../report/waypoint-status.ts').then((module) => module.table),
    json: () => dataOnly(() => import('../../report/json.ts').then((module) => module.json)),
    yaml: () => dataOnly(() => import('../../report/yaml.ts').then((module) => module.yaml)),
  },
  compatReporters: {
    table: () => import('../../report/compat/waypoint.ts').then((module) => module.compatStatus),
  },
  exitCode: (answer, { options }) => (options.wait && !works(answer) ? ExitCode.no : ExitCode.ok),
});

/** What can't be known does not keep anybody waiting: then istiod's word counts. */
function works({ waypoints }: WaypointStatus): boolean {
  return waypoints.every(({ health }) => health !== 'bad');
}

/** Asks again until all waypoints work or the time is over. A recording does not change: it answers once. */
async function waitFor(input: Input, context: CommandContext): Promise<Answer> {
  // The clock that ages count from may stand still; this one does not.
  const started = performance.now();
  const left = (): number => input.options.waypointTimeout - (performance.now() - started);
  for (;;) {
    const answer = await statusOnce(input, context);
    if (works(answer) || left() < PAUSE_MS || context.io.signal.aborted) return answer;
    const { kind, label } = await context.source();
    if (kind !== 'cluster') {
      await context.terminal.note(`${label} is a recording, it does not change: --wait ends`);
      return answer;
    }
    const waiting = answer.waypoints.filter(({ health }) => health === 'bad').map(({ name }) => name);
    context.terminal.progress(`waiting for ${waiting.join(', ')}: ${Math.ceil(left() / 1000)}s left`);
    await sleep(PAUSE_MS, undefined, { signal: context.io.signal }).catch(() => undefined);
  }
}

/** The reference looks at nothing but Gateways. */
const NOTHING: WaypointObjects = {
  namespaces: [],
  gateways: [],
  services: [],
  pods: [],
  entries: [],
  routes: [],
  policies: [],
  complete: false,
};

async function statusOnce({ args }: Input, context: CommandContext): Promise<Answer> {
  const found = await waypointGateways(context);
  const { hasGateways, namespace } = found;
  if (context.globals.compat) {
    const status = waypointStatus({
      objects: NOTHING,
      waypoints: found.waypoints,
      pods: undefined,
      namespace,
    });
    return { ...status, waypoints: [...status.waypoints].sort(byName), hasGateways };
  }
  const waypoints = args[0] === undefined ? found.waypoints : named(args[0], found);
  const objects = await waypointObjects(context, namespace);
  const pods = objects.podsKnown ? await waypointPods(context, waypoints, objects.pods) : undefined;
  const name = args[0] === undefined ? undefined : waypoints[0]?.metadata.name;
  return { ...waypointStatus({ objects, waypoints, pods, namespace, name }), hasGateways };
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function byName(a: Named, b: Named): number {
  const [first, second] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  return first < second ? -1 : first > second ? 1 : 0;
}

function named(argument: string, { waypoints, namespace }: WaypointGateways): WaypointGateways['waypoints'] {
  const target = parseTarget(argument);
  const found = waypoints.filter(
    ({ metadata }) =>
      metadata.name === argument ||
      (metadata.name === target.name && metadata.namespace === (target.namespace ?? metadata.namespace)),
  );
  if (found.length > 0) return found;
  const names = waypoints.map(({ metadata }) => metadata.name);
  const near = nearest(target.name, names);
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const others: [string, string][] = names.length === 0 ? [] : [['here', names.slice(0, 5).join(', ')]];
  throw notFoundError(`no waypoint "${argument}"${where}`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : others,
    hint: 'meshscope waypoint list lists the waypoints',
  });
}
