import type { KubeObject } from '../kube/object.ts';
import { matchesSelector, parseSelector } from '../kube/selector.ts';
import { selectsPod, servicePorts, targetPort } from '../kube/service-pods.ts';
import { servingState } from '../kube/serving-pod.ts';
import type { MeshSource } from '../sources/source.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { notFoundError } from '../util/errors.ts';
import type { Addon } from './addons.ts';
import type { CommandContext } from './context.ts';
import { choosePod, downError, type PodChoice, type PodRule } from './pod-choice.ts';

/** What a command wants otherwise than usual. */
export interface AddonWish {
  /** Another port of the pod. */
  readonly port?: number | undefined;
  /** What can be done where there is no such pod. */
  readonly otherwise?: string;
}

/** The addon's pods of one namespace or of all, by their labels or by a Service of its name. */
interface Candidates {
  readonly pods: readonly KubeObject[];
  readonly rules: readonly PodRule[];
}

/**
 * The pod of an addon: looked for in the namespace of `-n` where that is given, in the control plane's, in that of the
 * kubeconfig, then in all. One that is ready is preferred, then one that runs. Throws not-found that says where it was
 * looked for and what state the pods are in; 77 when nothing may be looked at.
 */
export async function findAddon(
  context: CommandContext,
  addon: Addon,
  { port, otherwise = OTHERWISE }: AddonWish = {},
): Promise<PodChoice> {
  const source = await context.source();
  const places = await searchOrder(context);
  const failures: SourceError[] = [];
  const down: KubeObject[] = [];
  const looked: string[] = [];
  let runs: PodChoice | undefined;
  for (const namespace of places) {
    const found = await candidatesIn(source, addon, namespace, port);
    if ('code' in found) {
      failures.push(found);
      continue;
    }
    looked.push(namespace ?? 'all namespaces');
    for (const rule of found.rules) {
      const matching = found.pods.filter(rule.matches);
      const choice = choosePod(source, matching, rule);
      if (choice === undefined) down.push(...matching);
      else if (matching.some((pod) => servingState(pod) === 'ready')) return choice;
      else runs ??= choice;
    }
    if (runs !== undefined && namespace !== places[0]) break;
  }
  if (runs !== undefined) return runs;
  if (down.length > 0) throw downError(unique(down));
  const [failure] = failures;
  if (looked.length === 0 && failure !== undefined) throw toMeshscopeError(failure);
  throw noPod(addon, looked, failures, otherwise);
}

async function searchOrder(context: CommandContext): Promise<readonly (string | undefined)[]> {
  const { namespace, allNamespaces, compat } = context.globals;
  if (allNamespaces) return [undefined];
  const own = await context.istioNamespace();
  const users = namespace ?? (await context.source()).defaultNamespace;
  const named = namespace !== undefined && !compat ? [namespace, own] : [own, users];
  return [...new Set(named.filter((one) => one !== undefined)), undefined];
}

async function candidatesIn(
  source: MeshSource,
  addon: Addon,
  namespace: string | undefined,
  port: number | undefined,
): Promise<Candidates | SourceError> {
  const answer = await source.resources({ group: '', plural: 'pods', namespace });
  if (!answer.ok) return answer.error;
  const pods = answer.value;
  const byLabel = addon.labels.flatMap((text) => {
    const selector = parseSelector(text) ?? [];
    const isLabelled = (pod: KubeObject): boolean => matchesSelector(selector, pod.metadata.labels);
    return rulesFor(pods, isLabelled, text, () => port ?? addon.port);
  });
  if (byLabel.length > 0 || addon.services.length === 0) return { pods, rules: byLabel };
  const services = await source.resources({ group: '', plural: 'services', namespace });
  const named = (services.ok ? services.value : []).filter(({ metadata }) =>
    addon.services.includes(metadata.name),
  );
  const byService = named.flatMap((service) =>
    rulesFor(
      pods,
      (pod) => selectsPod(service, pod),
      `Service ${service.metadata.name}`,
      (pod) => port ?? portBehind(service, pod, addon.port),
    ),
  );
  return { pods, rules: byService };
}

/** One rule a namespace that has matching pods: the next pod is looked for where the first one was. */
function rulesFor(
  pods: readonly KubeObject[],
  matches: (pod: KubeObject) => boolean,
  what: string,
  portOf: (pod: KubeObject) => number,
): PodRule[] {
  const namespaces = new Set(pods.filter(matches).map(({ metadata }) => metadata.namespace ?? ''));
  return [...namespaces].map((namespace) => ({
    namespace,
    what: `${what} in ${namespace}`,
    matches: (pod) => pod.metadata.namespace === namespace && matches(pod),
    portOf,
  }));
}

/** The pod's port behind the Service: the usual one where that is among them, else the only or the first one. */
function portBehind(service: KubeObject, pod: KubeObject, usual: number): number {
  const ports = servicePorts(service).flatMap((port) => targetPort(service, port, pod) ?? []);
  return ports.includes(usual) ? usual : (ports[0] ?? usual);
}

function unique(pods: readonly KubeObject[]): KubeObject[] {
  const byName = new Map(pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]));
  return [...byName.values()];
}

const OTHERWISE = 'where it has other labels, kubectl port-forward reaches it';

function noPod(addon: Addon, looked: readonly string[], failures: readonly SourceError[], otherwise: string) {
  const by = [...addon.labels, ...addon.services.map((name) => `Service ${name}`)].join(', ');
  const closed = failures.map(({ asked, reason }): [string, string] => ['not', `${asked}: ${reason}`]);
  return notFoundError(`no ${addon.title} pod is there`, {
    lines: [['looked', `in ${looked.join(', ')}, by ${by}`], ...closed.slice(0, 2)],
    hint: `-n names the namespace that ${addon.title} runs in; ${otherwise}`,
  });
}
