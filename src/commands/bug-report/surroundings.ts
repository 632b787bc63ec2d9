import type { CommandContext } from '../../cli/context.ts';
import { openMesh } from '../../cli/mesh-source.ts';
import type { OptionTable } from '../../cli/options.ts';
import { ClusterView } from '../../sources/cluster-view.ts';
import { JoinedSource } from '../../sources/joined-source.ts';
import type { LiveOptions } from '../../sources/live-options.ts';
import type { MeshSource } from '../../sources/source.ts';
import { usageError } from '../../util/errors.ts';
import { withReportFile } from './report-file.ts';

interface Options extends Readonly<Record<string, unknown>> {
  readonly file: string | undefined;
  readonly contexts: readonly string[];
  readonly timeout: number;
}

interface Given<O> {
  readonly args: readonly string[];
  readonly options: O;
  readonly given?: ReadonlySet<string>;
}

/** What a run is told of a command: its options, and what they change about how a mesh is read. */
export interface Described<O> {
  readonly options: OptionTable;
  readonly live: (options: O) => LiveOptions;
}

/**
 * Runs `work` with the options of `--file` and the mesh of `--contexts`, which is one source over all of them. What is
 * opened here is closed afterwards. Throws exit 64 where options name two different meshes.
 */
export async function withSurroundings<O extends Options, A>(
  { options: table, live }: Described<O>,
  input: Given<O>,
  context: CommandContext,
  work: (input: Given<O>, context: CommandContext) => Promise<A>,
): Promise<A> {
  const { file, contexts: typed } = input.options;
  if (file === undefined && typed.length === 0) return work(input, context);
  const { options, globals } =
    file === undefined
      ? { options: input.options, globals: context.globals }
      : await withReportFile(file, table, input, context.globals, context.io);
  const contexts = [...new Set(options.contexts)];
  checkContexts(contexts, globals);
  const open = (name: string | undefined): Promise<MeshSource> =>
    openMesh({ ...globals, context: name }, live(options), context.io, context.signal);
  const mostMs = Math.min(LONGEST_NAMING_MS, options.timeout / 8);
  const source =
    contexts.length < 2
      ? await open(contexts[0] ?? globals.context)
      : await joined(await Promise.all(contexts.map(open)), mostMs);
  try {
    await context.sourceNotes.print(source);
    const istioNamespace = async (): Promise<string> =>
      globals.istioNamespace ?? source.istioNamespace ?? 'istio-system';
    const inner = { ...context, globals, istioNamespace, source: async () => source, now: () => source.now };
    return await work({ ...input, options }, inner);
  } finally {
    await source.close();
  }
}

function checkContexts(contexts: readonly string[], globals: CommandContext['globals']): void {
  if (contexts.length === 0) return;
  if (globals.from !== undefined)
    throw usageError('--contexts needs a live cluster: --from reads a recording', {
      hint: 'give one of them',
    });
  if (globals.context !== undefined && !contexts.includes(globals.context))
    throw usageError(`--contexts does not name ${globals.context}, which --context asks for`, {
      hint: 'name all contexts with --contexts',
    });
}

/** Longest time that clusters are asked for their names. */
const LONGEST_NAMING_MS = 10_000;

/** Sources of one cluster each as one source. Clusters without a name of their own, or with the same, go by context. */
async function joined(sources: readonly MeshSource[], mostMs: number): Promise<MeshSource> {
  const own = await Promise.all(sources.map((source) => within(ownName(source), mostMs)));
  const members = new Map<string, MeshSource>();
  for (const [index, source] of sources.entries()) {
    const name = own[index];
    const isUnique = name !== undefined && own.filter((other) => other === name).length === 1;
    const byContext = source.context ?? source.label;
    const chosen = isUnique ? name : own.includes(byContext) ? `${byContext} (context)` : byContext;
    members.set(chosen, new ClusterView(source, chosen));
  }
  return new JoinedSource(members);
}

/** Istio's name of a cluster, by its istiods or by what its proxies were told. */
async function ownName(source: MeshSource): Promise<string | undefined> {
  const [name] = await source.clusters();
  if (name !== undefined) return name;
  const answer = await source.proxies();
  return answer.ok ? answer.value.find(({ pod }) => pod.cluster !== undefined)?.pod.cluster : undefined;
}

async function within<T>(answer: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
