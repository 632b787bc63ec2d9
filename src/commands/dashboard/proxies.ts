import type { DashboardAnswer } from '../../answers/dashboard.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { type LiveSource, liveSource } from '../../cli/live-only.ts';
import { FORWARD_TO_PROXIES, ztunnelPodRights } from '../../cli/object-rights.ts';
import { type OptionValues, text } from '../../cli/options.ts';
import { chooseNamedPod, choosePod, downError, type PodChoice } from '../../cli/pod-choice.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import type { KubeObject } from '../../kube/object.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { hasProxyContainer, proxyPod } from '../../kube/proxy-pod.ts';
import { matchesSelector, parseSelector } from '../../kube/selector.ts';
import { checkAddress } from '../../sources/forward/open-forward.ts';
import { ENVOY_PAGES, ZTUNNEL_PAGES } from '../../sources/forward/reading-pages.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { notFoundError, usageError } from '../../util/errors.ts';
import { ALLOW_POST, DASHBOARD_REPORTERS, FORWARD_OPTIONS, uiPort } from './options.ts';
import { serve } from './serve.ts';

const ADMIN_PORT = 15000;

const OPTIONS = {
  ...FORWARD_OPTIONS,
  selector: text('-l, --selector <selector>', 'a pod with these labels, in the place of a pod by name'),
  allowPost: ALLOW_POST,
  uiPort: uiPort(ADMIN_PORT),
};

type Options = typeof OPTIONS;

/** Which proxies a command takes. */
interface ProxyDashboard {
  readonly name: 'envoy' | 'proxy' | 'ztunnel';
  readonly title: string;
  readonly takes: (type: 'envoy' | 'ztunnel') => boolean;
  readonly example: string;
}

function proxyCommand(which: ProxyDashboard) {
  const name = `dashboard ${which.name}`;
  return defineCommand<Options, DashboardAnswer>({
    name,
    description: `Forwards a port of this machine to the admin page of ${which.title} until Ctrl-C, prints the URL on stdout and opens it. Only requests that read are let through, and only from this machine's own pages.`,
    args: [{ name: 'pod', description: 'POD, POD.NAMESPACE or deploy/NAME', completes: 'proxy' }],
    options: OPTIONS,
    examples: [
      { command: `meshscope ${name} ${which.example}`, explains: 'open the admin page', live: true },
      {
        command: `meshscope ${name} ${which.example} --url-only`,
        explains: 'for a script: the URL alone on stdout',
        live: true,
      },
    ],
    stability: 'stable',
    needs: ['kubernetes'],
    rights: ({ args, options }, globals) =>
      args.length === 0 && options.selector === undefined
        ? ztunnelPodRights(globals)
        : { reads: [FORWARD_TO_PROXIES] },
    validate: ({ args, options }) => {
      checkAddress(options.address ?? 'localhost', options.allowRemote);
      if (args.length > 0 && options.selector !== undefined) {
        throw usageError('a pod and --selector both say which proxy', { hint: 'give one of them' });
      }
      if (args.length === 0 && options.selector === undefined && which.name !== 'ztunnel') {
        throw usageError(`${name} needs a pod`, {
          hint: `meshscope ${name} POD.NAMESPACE, or --selector app=NAME`,
        });
      }
    },
    runsUntilInterrupted: () => true,
    run: (input, context) => run(which, input, context),
    reporters: DASHBOARD_REPORTERS,
  });
}

async function* run(
  which: ProxyDashboard,
  { args: [argument], options }: CommandInput<Options>,
  context: CommandContext,
): AsyncGenerator<DashboardAnswer> {
  const source = await liveSource(context, `dashboard ${which.name}`);
  const { choice, type } =
    argument === undefined
      ? await bySelector(which, options, context, source)
      : await byName(which, argument, options, context, source);
  const pages = type === 'ztunnel' ? ZTUNNEL_PAGES : ENVOY_PAGES;
  const { allowPost } = options;
  yield* serve({ name: which.name, path: '/', choice, pages, allowPost }, options, context, source);
}

interface Chosen {
  readonly choice: PodChoice;
  readonly type: 'envoy' | 'ztunnel';
}

async function byName(
  which: ProxyDashboard,
  argument: string,
  options: OptionValues<Options>,
  context: CommandContext,
  source: LiveSource,
): Promise<Chosen> {
  const pod = await resolveProxy(context, argument);
  const pods = await source.resources({ group: '', plural: 'pods', namespace: pod.namespace });
  const object = pods.ok ? pods.value.find(({ metadata }) => metadata.name === pod.name) : undefined;
  const type = object === undefined ? undefined : typeOf(object);
  if (object !== undefined && (type === undefined || !which.takes(type)))
    throw notTaken(which, proxyId(pod), type);
  const choice = await chooseNamedPod(source, pod, options.uiPort ?? ADMIN_PORT);
  return { choice, type: type ?? (which.name === 'ztunnel' ? 'ztunnel' : 'envoy') };
}

function typeOf(pod: KubeObject): 'envoy' | 'ztunnel' | undefined {
  if (!hasProxyContainer(pod)) return undefined;
  return proxyPod(pod)?.type === 'ztunnel' ? 'ztunnel' : 'envoy';
}

function notTaken({ name, title }: ProxyDashboard, id: string, type: 'envoy' | 'ztunnel' | undefined) {
  if (type === undefined) {
    return notFoundError(`${id} holds no proxy: it has no container istio-proxy`, {
      hint: 'meshscope proxy-status --all lists the proxies',
    });
  }
  const what = type === 'envoy' ? 'an Envoy' : 'a ztunnel';
  return notFoundError(`${id} holds ${what}; dashboard ${name} shows ${title}`, {
    hint: `meshscope dashboard ${type} ${id}`,
  });
}

/** By labels, or any ztunnel of the control plane's namespace. */
async function bySelector(
  which: ProxyDashboard,
  options: OptionValues<Options>,
  context: CommandContext,
  source: LiveSource,
): Promise<Chosen> {
  const text = options.selector ?? 'app=ztunnel';
  const selector = parseSelector(text);
  if (selector === undefined)
    throw usageError(`"${text}" is not a label selector`, { hint: 'write it as app=cart' });
  const { namespace: given, allNamespaces } = context.globals;
  const fallback = options.selector === undefined ? await context.istioNamespace() : undefined;
  const namespace = allNamespaces ? undefined : (given ?? fallback);
  const pods = await source.resources({ group: '', plural: 'pods', namespace });
  if (!pods.ok) throw toMeshscopeError(pods.error);
  const isTaken = (pod: KubeObject): boolean => {
    const type = typeOf(pod);
    return type !== undefined && which.takes(type) && matchesSelector(selector, pod.metadata.labels);
  };
  const found = pods.value.filter(isTaken);
  if (found.length === 0) {
    throw notFoundError(`no pod with ${which.title} matches ${text}${namespace ? ` in ${namespace}` : ''}`, {
      hint: 'meshscope proxy-status --all lists the proxies',
    });
  }
  const port = options.uiPort ?? ADMIN_PORT;
  const where = namespace ?? 'all namespaces';
  const rule = { namespace, what: `${text} in ${where}`, matches: isTaken, portOf: () => port };
  const choice = choosePod(source, found, rule);
  if (choice === undefined) throw downError(found);
  const first = found.find(({ metadata }) => metadata.name === choice.first.pod.name);
  return { choice, type: (first && typeOf(first)) ?? 'envoy' };
}

export const envoy = proxyCommand({
  name: 'envoy',
  title: 'an Envoy',
  takes: (type) => type === 'envoy',
  example: 'deploy/cart-v1.shop',
});
export const proxy = proxyCommand({
  name: 'proxy',
  title: 'a proxy, Envoy or ztunnel',
  takes: () => true,
  example: 'deploy/cart-v1.shop',
});
export const ztunnel = proxyCommand({
  name: 'ztunnel',
  title: 'a ztunnel',
  takes: (type) => type === 'ztunnel',
  example: 'daemonset/ztunnel.istio-system',
});
