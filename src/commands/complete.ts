import { defineCommand } from '../cli/command.ts';
import { type Completion, complete, type LiveNames } from '../cli/completion.ts';
import { FILES_LINE } from '../cli/completion-scripts.ts';
import type { CommandContext } from '../cli/context.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import { matchesSelector } from '../kube/selector.ts';
import { podSelectorOf } from '../kube/target.ts';
import type { MeshSource } from '../sources/source.ts';
import { compareText } from '../util/text.ts';

/** A shell waits at every key: what takes longer than this is not offered. */
const PATIENCE_MS = 2000;
/** Words that need no quoting in any shell; other names are not offered. */
const SAFE_WORD = /^[\w.:/@=,-]+$/;

export const command = defineCommand({
  name: '__complete',
  description: 'Prints what can stand at the end of a command line; the completion scripts call it.',
  args: [{ name: 'word', description: 'the command line up to the cursor', variadic: true }],
  options: {},
  examples: [{ command: 'meshscope __complete -- proxy-con', explains: 'words that begin with proxy-con' }],
  stability: 'experimental',
  needs: [],
  run: async ({ args }, context): Promise<Completion> => {
    try {
      const { COMMANDS } = await import('./index.ts');
      return await complete(COMMANDS, args, liveNames(args, context));
    } catch {
      // A broken source or name must never disturb the line that someone is writing.
      return { words: [], files: false };
    }
  },
  reporters: {
    table: async () => (completion) =>
      completion.files
        ? `${FILES_LINE}\n`
        : completion.words
            .filter((word) => SAFE_WORD.test(word))
            .map((word) => `${word}\n`)
            .join(''),
  },
});

function liveNames(words: readonly string[], context: CommandContext): LiveNames {
  const ask = async (
    question: (source: MeshSource) => Promise<readonly string[]>,
  ): Promise<readonly string[]> => {
    const source = await openNamed(words, context).catch(() => undefined);
    if (source === undefined) return [];
    try {
      return await question(source);
    } finally {
      await source.close();
    }
  };
  return {
    proxies: () =>
      ask(async (source) => {
        const proxies = await source.proxies();
        return proxies.ok ? proxies.value.map(({ pod }) => proxyId(pod)) : [];
      }),
    deployments: () => ask(deployments),
    namespaces: () => ask(namespaces),
    services: () =>
      ask(async (source) => {
        const answer = await source.resources({ group: '', plural: 'services' });
        if (!answer.ok) return [];
        return answer.value.map(({ metadata }) => `${metadata.name}.${metadata.namespace ?? ''}`);
      }),
    codes: async () => {
      const { CATALOGUE } = await import('../../analyzers/index.ts');
      return Object.keys(CATALOGUE);
    },
    analyzers: async () => {
      const { ANALYZERS } = await import('../../analyzers/index.ts');
      return ANALYZERS.map(({ name }) => name);
    },
    objects: (typed) => ask((source) => objects(source, typed)),
  };
}

/** Deployments with a pod that holds a proxy. */
async function deployments(source: MeshSource): Promise<readonly string[]> {
  const [objects, pods] = await Promise.all([
    source.resources({ group: 'apps', plural: 'deployments' }),
    source.resources({ group: '', plural: 'pods' }),
  ]);
  if (!objects.ok || !pods.ok) return [];
  const proxies = pods.value.filter((pod) => proxyPod(pod) !== undefined);
  return objects.value
    .filter((object) => {
      const selector = podSelectorOf(object);
      return (
        selector !== undefined &&
        proxies.some(
          ({ metadata }) =>
            metadata.namespace === object.metadata.namespace && matchesSelector(selector, metadata.labels),
        )
      );
    })
    .map(({ metadata }) => `deploy/${metadata.name}.${metadata.namespace ?? ''}`);
}

/** Objects that `graph` knows, of the kinds that begin with what was typed, or of the one in front of its slash. */
async function objects(source: MeshSource, typed: string): Promise<readonly string[]> {
  const [{ GRAPH_KINDS }, { graphKinds, kindArgument }, { KINDS }] = await Promise.all([
    import('../graph/build.ts'),
    import('../cli/graph-kinds.ts'),
    import('../mesh/kinds.ts'),
  ]);
  const [word = '', ...behind] = typed.split('/');
  const kinds =
    behind.length > 0
      ? graphKinds(word, '')
      : GRAPH_KINDS.filter((kind) => kindArgument(kind).startsWith(word));
  const wanted = GRAPH_KINDS.filter((kind) => kinds.includes(kind) && KINDS[kind].group !== 'mesh.istio.io');
  const names = wanted.map(async (kind) => {
    const answer = await source.resources(KINDS[kind]);
    if (!answer.ok) return [];
    return answer.value.map(({ metadata: { name, namespace } }) => {
      const own = namespace === undefined ? name : `${name}.${namespace}`;
      return `${behind.length > 0 ? word : kindArgument(kind)}/${own}`;
    });
  });
  return (await Promise.all(names)).flat();
}

/** Recorded Namespace objects, and the namespaces of the proxies where those were not recorded. */
async function namespaces(source: MeshSource): Promise<readonly string[]> {
  const [objects, proxies] = await Promise.all([
    source.resources({ group: '', plural: 'namespaces' }),
    source.proxies(),
  ]);
  const names = [
    ...(objects.ok ? objects.value.map((object) => object.metadata.name) : []),
    ...(proxies.ok ? proxies.value.map(({ pod }) => pod.namespace) : []),
  ];
  return [...new Set(names)].sort(compareText);
}

/** The source that the line being completed names, else the one that the environment names; never stdin. */
async function openNamed(words: readonly string[], context: CommandContext): Promise<MeshSource | undefined> {
  const from = fromOption(words) ?? context.globals.from;
  if (from === undefined || from === '-') return undefined;
  const { openSource } = await import('../sources/open-source.ts');
  const { cwd, stdin, clock } = context.io;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
  return openSource({ from, cwd, stdin, clock, signal });
}

function fromOption(words: readonly string[]): string | undefined {
  const at = words.lastIndexOf('--from', words.length - 2);
  if (at >= 0) return words[at + 1];
  return words.findLast((word) => word.startsWith('--from='))?.slice('--from='.length);
}
