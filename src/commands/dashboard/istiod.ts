import type { DashboardAnswer } from '../../answers/dashboard.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { type LiveSource, liveSource } from '../../cli/live-only.ts';
import { istiodPodRights } from '../../cli/object-rights.ts';
import { integer, text } from '../../cli/options.ts';
import { chooseNamedPod, choosePod, downError, type PodChoice } from '../../cli/pod-choice.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import type { KubeObject } from '../../kube/object.ts';
import { matchesSelector, parseSelector } from '../../kube/selector.ts';
import { parseTarget } from '../../kube/target.ts';
import { checkAddress } from '../../sources/forward/open-forward.ts';
import { CONTROLZ_PAGES, ISTIOD_PAGES, type ReadingPages } from '../../sources/forward/reading-pages.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { notFoundError, usageError } from '../../util/errors.ts';
import { ALLOW_POST, DASHBOARD_REPORTERS, FORWARD_OPTIONS } from './options.ts';
import { serve } from './serve.ts';

const BASE_OPTIONS = {
  ...FORWARD_OPTIONS,
  selector: text('-l, --selector <selector>', 'an istiod with these labels, in the place of a pod by name'),
  allowPost: ALLOW_POST,
};

const PORT_TEXT = 'port of the pod';
const BOUNDS = { min: 1, max: 65535 };
const CONTROLZ_OPTIONS = {
  ...BASE_OPTIONS,
  podPort: integer('--ctrlz_port <port>', `${PORT_TEXT} [9876]`, undefined, BOUNDS),
};
const DEBUG_OPTIONS = {
  ...BASE_OPTIONS,
  podPort: integer(
    '--ui-port <port>',
    `${PORT_TEXT} [what it tells Prometheus, else 15014]`,
    undefined,
    BOUNDS,
  ),
};

type Options = typeof CONTROLZ_OPTIONS;

/** One of the pages of istiod. */
interface IstiodDashboard {
  readonly name: 'controlz' | 'istiod-debug';
  readonly title: string;
  readonly path: string;
  readonly pages: ReadingPages;
  readonly options: Options;
  readonly portOption: string;
  readonly portOf: (pod: KubeObject | undefined) => number;
}

function istiodCommand(which: IstiodDashboard) {
  const name = `dashboard ${which.name}`;
  return defineCommand<Options, DashboardAnswer>({
    name,
    description: `Forwards a port of this machine to ${which.title} of an istiod until Ctrl-C, prints the URL on stdout and opens it. Only requests that read are let through, and only from this machine's own pages.`,
    args: [{ name: 'pod', description: 'an istiod pod: POD or POD.NAMESPACE (otherwise one that is ready)' }],
    options: which.options,
    examples: [
      { command: `meshscope ${name}`, explains: 'of any istiod', live: true },
      { command: `meshscope ${name} -r canary`, explains: 'of one of a revision', live: true },
    ],
    stability: 'stable',
    needs: ['kubernetes'],
    rights: ({ args: [pod] }, globals) => istiodPodRights(pod, globals),
    validate: ({ args, options }) => {
      checkAddress(options.address ?? 'localhost', options.allowRemote);
      if (args.length > 0 && options.selector !== undefined) {
        throw usageError('a pod and --selector both say which istiod', { hint: 'give one of them' });
      }
    },
    runsUntilInterrupted: () => true,
    run: (input, context) => run(which, input, context),
    reporters: DASHBOARD_REPORTERS,
  });
}

async function* run(
  which: IstiodDashboard,
  { args: [argument], options }: CommandInput<Options>,
  context: CommandContext,
): AsyncGenerator<DashboardAnswer> {
  const source = await liveSource(context, `dashboard ${which.name}`);
  const portOf = (pod: KubeObject | undefined): number => options.podPort ?? which.portOf(pod);
  const choice =
    argument === undefined
      ? await anyIstiod(options.selector, context, source, portOf)
      : await namedIstiod(argument, context, source, portOf);
  const { name, path, pages, portOption } = which;
  const { allowPost } = options;
  yield* serve({ name, path, choice, pages, allowPost, portOption }, options, context, source);
}

/** A name without a namespace is one of the control plane's, unless `-n` says otherwise. */
async function namedIstiod(
  argument: string,
  context: CommandContext,
  source: LiveSource,
  portOf: (pod: KubeObject | undefined) => number,
): Promise<PodChoice> {
  const target = parseTarget(argument);
  const isBare = target.namespace === undefined && context.globals.namespace === undefined;
  const pod = await resolveProxy(
    context,
    isBare ? `${argument}.${await context.istioNamespace()}` : argument,
  );
  const pods = await source.resources({ group: '', plural: 'pods', namespace: pod.namespace });
  const object = pods.ok ? pods.value.find(({ metadata }) => metadata.name === pod.name) : undefined;
  return chooseNamedPod(source, pod, portOf(object));
}

async function anyIstiod(
  given: string | undefined,
  context: CommandContext,
  source: LiveSource,
  portOf: (pod: KubeObject | undefined) => number,
): Promise<PodChoice> {
  const { revision } = context.globals;
  const labels = given ?? 'app=istiod';
  const text = revision === undefined ? labels : `${labels},istio.io/rev=${revision}`;
  const selector = parseSelector(text);
  if (selector === undefined)
    throw usageError(`"${text}" is not a label selector`, { hint: 'write it as app=istiod' });
  const namespace = await context.istioNamespace();
  const pods = await source.resources({ group: '', plural: 'pods', namespace });
  if (!pods.ok) throw toMeshscopeError(pods.error);
  const matches = (pod: KubeObject): boolean => matchesSelector(selector, pod.metadata.labels);
  const found = pods.value.filter(matches);
  if (found.length === 0) throw noIstiod(text, namespace, pods.value);
  const choice = choosePod(source, found, { namespace, what: `${text} in ${namespace}`, matches, portOf });
  if (choice === undefined) throw downError(found);
  return choice;
}

function noIstiod(text: string, namespace: string, pods: readonly KubeObject[]) {
  const istiods = pods.filter(({ metadata }) => metadata.labels?.['app'] === 'istiod');
  const revisions = [
    ...new Set(istiods.map(({ metadata }) => metadata.labels?.['istio.io/rev'] ?? '(none)')),
  ];
  return notFoundError(`no istiod with ${text} is in namespace ${namespace}`, {
    lines: revisions.length > 0 ? [['revisions', revisions.sort().join(', ')]] : [],
    hint: '-i names the namespace of the control plane, -r its revision',
  });
}

const MONITORING = 15014;

/** The port of the debug pages: the pod says where Prometheus finds it. */
function monitoringPort(pod: KubeObject | undefined): number {
  const port = Number(pod?.metadata.annotations?.['prometheus.io/port'] ?? MONITORING);
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : MONITORING;
}

export const controlz = istiodCommand({
  name: 'controlz',
  title: 'ControlZ (log levels, memory, version)',
  path: '/',
  pages: CONTROLZ_PAGES,
  options: CONTROLZ_OPTIONS,
  portOption: '--ctrlz_port',
  portOf: () => 9876,
});
export const istiodDebug = istiodCommand({
  name: 'istiod-debug',
  title: 'the debug pages',
  path: '/debug',
  pages: ISTIOD_PAGES,
  options: DEBUG_OPTIONS,
  portOption: '--ui-port',
  portOf: monitoringPort,
});
