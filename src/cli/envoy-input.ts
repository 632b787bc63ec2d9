import type { OddReplica, ProxyAnswer, ProxyAnswers, ReplicaResources } from '../answers/proxy-answers.ts';
import { oddReplicas } from '../answers/proxy-answers.ts';
import { type ConfigDump, openDumpBytes } from '../envoy/dump.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { EnvoyPage } from '../sources/source.ts';
import { MeshscopeError, usageError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { envoyPage, fileInput } from './admin-page.ts';
import { OUTSIDE_OPTIONS, outsideName, PROXY_ADMIN_PORT } from './admin-port.ts';
import type { CommandInput } from './command.ts';
import type { Named } from './contents.ts';
import type { CommandContext } from './context.ts';
import { DumpPace, fanOut } from './fan-out.ts';
import { flag, text } from './options.ts';

/** Options of every command that reads pages of Envoy: which proxies, or which file instead. */
export const ENVOY_OPTIONS = {
  file: text('-f, --file <path>', 'read a saved page of Envoy instead of asking a pod; - for stdin'),
  selector: text('-l, --selector <labels>', 'ask every proxy whose pod has these labels'),
  allReplicas: flag('--all-replicas', 'ask all replicas of the workload and name the odd one'),
  proxyAdminPort: PROXY_ADMIN_PORT,
  ...OUTSIDE_OPTIONS,
} as const;

/** The argument of the commands that read pages of Envoy. */
export const PROXY_ARGUMENT = {
  name: 'pod',
  description: 'POD, POD.NAMESPACE, deploy/NAME, svc/NAME …',
  completes: 'proxy',
} as const;

/** What the commands below are given. */
export type EnvoyInput = CommandInput<Omit<typeof ENVOY_OPTIONS, 'adminUrl' | 'ssh'>> & {
  readonly options: { readonly adminUrl?: string | undefined; readonly ssh?: string | undefined };
};

/** One page as it was read, and where it came from. */
export interface EnvoyDocument {
  readonly label: string;
  readonly pod: PodRef | undefined;
  readonly bytes: Uint8Array;
  /** What messages about its text call it: the file, or `config_dump of cart.shop`. */
  readonly source: string;
}

/** The typed view of a page that holds a config_dump; its sections are parsed when they are asked for. */
export function openDump({ bytes, label, source }: EnvoyDocument): Promise<ConfigDump> {
  return openDumpBytes(bytes, label, source);
}

/** The JSON of a page. Throws a data error with line and column when it is none. */
export function pageJson({ bytes, source }: EnvoyDocument): unknown {
  return loadJson(bytes, source);
}

/** Checks that exactly one of pod, selector and file is given. Throws a usage error. */
export function checkOneTarget(what: string, { args, options }: EnvoyInput): void {
  const { file, selector, adminUrl, ssh } = options;
  const given = [args.length > 0, ...[file, selector, adminUrl, ssh].map((option) => option !== undefined)];
  const count = given.filter(Boolean).length;
  const hint = `meshscope proxy-config ${what} POD.NAMESPACE, or --file config_dump.json`;
  if (count === 0) throw usageError(`${what} requires pod name or --file parameter`, { hint });
  if (count > 1) throw usageError('give one of pod, --selector, --file, --admin-url and --ssh', { hint });
  if (options.allReplicas && (file ?? adminUrl ?? ssh) !== undefined) {
    throw usageError('--all-replicas needs a pod or a workload', { hint });
  }
}

/**
 * Reads a page of each proxy that the input names, a few at a time, and answers each by itself, so that only a few
 * dumps are in memory. A proxy that can't be read is noted as a gap when others can. `contents` names the resources of
 * an answer, to compare replicas.
 */
export async function askProxies<T>(
  input: EnvoyInput,
  context: CommandContext,
  page: EnvoyPage,
  answer: (document: EnvoyDocument) => Promise<T> | T,
  contents?: (value: T) => readonly Named[],
): Promise<ProxyAnswers<T>> {
  if (input.options.file !== undefined) {
    const document = await readFileDocument(input.options.file, context);
    const only = { label: document.label, pod: undefined, value: await answer(document) };
    return { proxies: [only], odd: [], several: false };
  }
  const outside = outsideName(input.options);
  if (outside !== undefined) {
    const document = await readOutsideDocument(outside, context, page);
    return {
      proxies: [{ label: outside, pod: undefined, value: await answer(document) }],
      odd: [],
      several: false,
    };
  }
  // A saved file needs none of this: it is loaded for pods alone.
  const { targetPods } = await import('./target-pods.ts');
  const pods = await targetPods(input, context);
  const pace = new DumpPace();
  const asked = await fanOut(context, pods, {
    what: 'proxies',
    atATime: pace.atATime,
    name: proxyId,
    work: (pod) =>
      tolerantly(pod, context, page, pods.length > 1, (document) => {
        pace.saw(document.bytes.length);
        return answer(document);
      }),
  });
  const proxies = asked.flatMap(({ value }) => value ?? []);
  const [first] = pods;
  // Says why none could be read.
  if (proxies.length === 0 && first) await readPodDocument(first, context, page);
  const replicas: ReplicaResources[] = [];
  if (contents && pods.length > 1) {
    const { contentsOf } = await import('./contents.ts');
    for (const { label, value } of proxies) replicas.push({ label, contents: contentsOf(contents(value)) });
  }
  return { proxies, odd: oddInWorkloads(replicas), several: isForSeveral(input, context, proxies.length) };
}

/** Scripts rely on one shape a question; the reference's own shape goes by how many there are. */
function isForSeveral({ options }: EnvoyInput, context: CommandContext, count: number): boolean {
  if (context.globals.compat) return count !== 1;
  return options.selector !== undefined || options.allReplicas;
}

/** Pods of one workload are compared with each other; a selector may give pods of several. */
function oddInWorkloads(replicas: readonly ReplicaResources[]): OddReplica[] {
  const groups = new Map<string, ReplicaResources[]>();
  for (const replica of replicas) {
    const [name = '', namespace = ''] = replica.label.split(/\.(?=[^.]*$)/);
    const workload = name.replace(/(?:-[a-z0-9]{6,10})?-[a-z0-9]{5}$|-\d+$/, '');
    const key = `${workload}.${namespace}`;
    groups.set(key, [...(groups.get(key) ?? []), replica]);
  }
  return [...groups.values()].flatMap(oddReplicas);
}

/** Reads the file that `--file` names. */
export async function readFileDocument(path: string, context: CommandContext): Promise<EnvoyDocument> {
  const { label, bytes } = await fileInput(context, path);
  return { label, pod: undefined, bytes, source: label };
}

/** Reads a page of the Envoy that `--admin-url` or `--ssh` names; throws what the source says when there is none. */
export async function readOutsideDocument(
  name: string,
  context: CommandContext,
  page: EnvoyPage,
): Promise<EnvoyDocument> {
  const { bytes } = await envoyPage(context, { name, namespace: '' }, page);
  return { label: name, pod: undefined, bytes, source: `${page} of ${name}` };
}

/** Reads a page of one proxy; throws what the source says when there is none. */
export async function readPodDocument(
  pod: PodRef,
  context: CommandContext,
  page: EnvoyPage,
): Promise<EnvoyDocument> {
  const { label: source, bytes } = await envoyPage(context, pod, page);
  return { label: proxyId(pod), pod, bytes, source };
}

/** The answer of one proxy; one of several that can't be read is noted as a gap and gives `undefined`. */
async function tolerantly<T>(
  pod: PodRef,
  context: CommandContext,
  page: EnvoyPage,
  isOneOfSeveral: boolean,
  answer: (document: EnvoyDocument) => Promise<T> | T,
): Promise<ProxyAnswer<T> | undefined> {
  try {
    const document = await readPodDocument(pod, context, page);
    return { label: document.label, pod, value: await answer(document) };
  } catch (error) {
    if (!isOneOfSeveral || !(error instanceof MeshscopeError)) throw error;
    const id = proxyId(pod);
    const why = error.message.replace(` of ${id}`, '').replace(`${id} `, '');
    // What an interruption kept from being asked is told once, not proxy by proxy.
    if (!context.signal.aborted) context.gap({ what: id, why, next: error.hint });
    return undefined;
  }
}
