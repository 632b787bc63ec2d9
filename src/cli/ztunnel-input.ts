import type { ProxyAnswer, ProxyAnswers } from '../answers/proxy-answers.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { dataError, MeshscopeError, usageError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { isZtunnelDump, type ZtunnelDump, ztunnelDump } from '../ztunnel/dump.ts';
import { fileInput } from './admin-page.ts';
import { PROXY_ADMIN_PORT } from './admin-port.ts';
import type { CommandInput } from './command.ts';
import type { CommandContext } from './context.ts';
import { fanOut } from './fan-out.ts';
import { notePartial } from './missing.ts';
import { text } from './options.ts';
import type { ZtunnelTarget } from './ztunnel-pods.ts';

/** Options of every command that reads a ztunnel's configuration. */
export const ZTUNNEL_OPTIONS = {
  file: text('-f, --file <path>', 'read a saved config_dump of a ztunnel instead of asking one; - for stdin'),
  node: text('--node <name>', 'the ztunnel of this node'),
  proxyAdminPort: PROXY_ADMIN_PORT,
} as const;

/** The argument of those commands. */
export const ZTUNNEL_ARGUMENT = {
  name: 'pod',
  description: 'a ztunnel, or a workload: then the ztunnel of its node (POD, POD.NAMESPACE, deploy/NAME …)',
  completes: 'proxy',
} as const;

/** What those commands are given. */
export type ZtunnelInput = CommandInput<typeof ZTUNNEL_OPTIONS>;

/** A ztunnel's configuration, where it came from, and the pod that the question is about. */
export interface ZtunnelDocument {
  readonly dump: ZtunnelDump;
  /** Absent for all pods of the ztunnel. */
  readonly focus: PodRef | undefined;
  /** Whether it was read from `--file`: then nothing else is known of the mesh. */
  readonly fromFile: boolean;
}

/** Checks that at most one of pod, node and file is given. Throws a usage error. */
export function checkZtunnelTarget({ args, options }: ZtunnelInput): void {
  const given = [args.length > 0, options.node !== undefined, options.file !== undefined];
  if (given.filter(Boolean).length <= 1) return;
  throw usageError('give one of pod, --node and --file', {
    hint: 'a pod that is no ztunnel stands for the ztunnel of its node',
  });
}

/**
 * Reads the ztunnel that the input names and answers. Without a name: `one` takes the first that can be asked, as all
 * hold the same; `each` asks every one, as each knows its own node alone.
 */
export async function askZtunnels<T>(
  input: ZtunnelInput,
  context: CommandContext,
  whom: 'one' | 'each',
  answer: AnswerOf<T>,
): Promise<ProxyAnswers<T>> {
  const { file, node } = input.options;
  const [argument] = input.args;
  if (file !== undefined) {
    const { label, bytes } = await fileInput(context, file);
    const dump = readDump(context, bytes, label);
    const value = await answer({ dump, focus: undefined, fromFile: true });
    return { proxies: [{ label, pod: undefined, value }], odd: [], several: false };
  }
  const { allZtunnels, ztunnelOfNode, ztunnelOfPod } = await import('./ztunnel-pods.ts');
  const named =
    node !== undefined
      ? await ztunnelOfNode(context, node)
      : argument === undefined
        ? undefined
        : await ztunnelOfPod(context, argument);
  const targets = named === undefined ? await allZtunnels(context) : [named];
  if (named === undefined && whom === 'each' && targets.length > 1 && context.globals.compat) {
    throw usageError('ztunnel pod name or --node must be set');
  }
  const asked =
    whom === 'one'
      ? await firstThatAnswers(context, targets, answer)
      : await everyOne(context, targets, answer);
  const failures = asked.filter((one) => one instanceof MeshscopeError);
  const proxies = asked.filter((one): one is ProxyAnswer<T> => !(one instanceof MeshscopeError));
  const [first] = failures;
  if (proxies.length === 0 && first) throw first;
  for (const { message, hint } of failures) context.gap({ what: 'ztunnel', why: message, next: hint });
  return { proxies, odd: [], several: named === undefined && whom === 'each' };
}

type AnswerOf<T> = (document: ZtunnelDocument) => Promise<T> | T;
type Asked<T> = ProxyAnswer<T> | MeshscopeError;

/** One after the other until one can be read; the reference asks the first and no other. */
async function firstThatAnswers<T>(
  context: CommandContext,
  targets: readonly ZtunnelTarget[],
  answer: AnswerOf<T>,
): Promise<Asked<T>[]> {
  const asked: Asked<T>[] = [];
  for (const target of targets) {
    const one = await askOne(context, target, answer);
    asked.push(one);
    if (context.globals.compat || !(one instanceof MeshscopeError)) break;
  }
  return asked;
}

/** Dumps that are held in memory at the same time: each holds the workloads of the whole mesh. */
const AT_ONCE = 4;

async function everyOne<T>(
  context: CommandContext,
  targets: readonly ZtunnelTarget[],
  answer: AnswerOf<T>,
): Promise<readonly Asked<T>[]> {
  const asked = await fanOut(context, targets, {
    what: 'ztunnels',
    atATime: () => AT_ONCE,
    name: ({ pod }) => proxyId(pod),
    work: (target) => askOne(context, target, answer),
  });
  return asked.map(({ value }) => value);
}

async function askOne<T>(
  context: CommandContext,
  { pod, focus, node }: ZtunnelTarget,
  answer: AnswerOf<T>,
): Promise<Asked<T>> {
  try {
    const dump = await readPod(context, pod);
    const value = await answer({ dump, focus, fromFile: false });
    return { label: proxyId(pod), pod, value };
  } catch (error) {
    if (!(error instanceof MeshscopeError)) throw error;
    if (focus === undefined) return error;
    const { code, exitCode, message, lines, hint } = error;
    const why = ['why', `${proxyId(focus)} runs on node ${node}, which this ztunnel serves`] as const;
    return new MeshscopeError(code, exitCode, message, { lines: [why, ...lines], hint });
  }
}

async function readPod(context: CommandContext, pod: PodRef): Promise<ZtunnelDump> {
  const source = await context.source();
  const page = await source.ztunnel(pod, 'config_dump');
  if (!page.ok) throw toMeshscopeError(page.error);
  const label = `config_dump of ${proxyId(pod)}`;
  notePartial(context, label, page);
  return readDump(context, page.value, label);
}

/** The reference reads anything that is JSON, and finds nothing in what is no dump of a ztunnel. */
function readDump(context: CommandContext, bytes: Uint8Array, label: string): ZtunnelDump {
  const value = loadJson(bytes, label);
  if (isZtunnelDump(value) || context.globals.compat) return ztunnelDump(value);
  throw dataError(
    `${label} is no config_dump of a ztunnel: it has no workloads, services, policies or certificates`,
    {
      hint: "an Envoy's is read by meshscope proxy-config",
    },
  );
}
