import { MemoSource } from '../../sources/memo-source.ts';
import type { MeshSource } from '../../sources/source.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import type { CommandContext, Gap } from '../context.ts';
import { openMesh } from '../mesh-source.ts';
import { wantedNamespace } from '../namespaces.ts';

/** The word that names the live mesh of the kubeconfig. */
export const LIVE = 'live';

/** One of two meshes that are compared. */
export interface DiffSide {
  readonly source: MeshSource;
  /** The context of a run that looks at this side: its source, its time, its gaps. */
  readonly context: CommandContext;
}

/** Both sides of a comparison, and what each of them lacks. */
export interface DiffSides {
  readonly left: DiffSide;
  readonly right: DiffSide;
  /** Notes what both sides together lack in the run's own context, each thing once. */
  noteGaps(): void;
  close(): Promise<void>;
}

/**
 * Opens what two words name: a recording, or the live mesh (`live`). Without a second word the mesh of the run itself is
 * the second side: that of `--from`, or the live one. Throws what opening says, in words of the arguments.
 */
export async function openSides(
  context: CommandContext,
  first: string,
  second: string | undefined,
): Promise<DiffSides> {
  const opened: MeshSource[] = [];
  const open = async (word: string, argument: string): Promise<MeshSource> => {
    const source = new MemoSource(await openWord(context, word, argument));
    opened.push(source);
    await context.sourceNotes.print(source);
    return source;
  };
  const close = async (): Promise<void> => {
    for (const source of opened) await source.close();
  };
  try {
    const left = await open(first, 'A');
    const right = second === undefined ? new MemoSource(await context.source()) : await open(second, 'B');
    for (const side of [left, right]) await requireAnswer(side, wantedNamespace(context));
    const gaps: { readonly left: Gap[]; readonly right: Gap[] } = { left: [], right: [] };
    return {
      left: { source: left, context: sideContext(context, left, (gap) => gaps.left.push(gap)) },
      right: { source: right, context: sideContext(context, right, (gap) => gaps.right.push(gap)) },
      noteGaps: () => noteGaps(context, gaps),
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Throws exit 69 or 77 for a live mesh that can't be reached at all: nothing would seem to differ. */
async function requireAnswer(source: MeshSource, namespace: string | undefined): Promise<void> {
  if (source.kind !== 'cluster') return;
  const pods = await source.resources({ group: '', plural: 'pods', namespace });
  if (pods.ok) return;
  // A right that is missing comes with the rule that would give it; a login that fails does not.
  const { code, rule } = pods.error;
  if (code === 'Unreachable' || code === 'Timeout' || (code === 'Forbidden' && rule === undefined))
    throw toMeshscopeError({ ...pods.error, asked: 'the live mesh' });
}

async function openWord(context: CommandContext, word: string, option: string): Promise<MeshSource> {
  const { globals, io, signal } = context;
  if (word === LIVE) return openMesh({ ...globals, from: undefined }, {}, io, signal);
  const { openSource } = await import('../../sources/open-source.ts');
  const { cwd, stdin, clock } = io;
  return openSource({ from: word, cwd, stdin, clock, signal, option });
}

function sideContext(context: CommandContext, source: MeshSource, note: (gap: Gap) => void): CommandContext {
  const { globals } = context;
  const seen = new Set<string>();
  return {
    ...context,
    source: async () => source,
    istioNamespace: async () => globals.istioNamespace ?? source.istioNamespace ?? 'istio-system',
    now: () => source.now,
    gap: (gap) => {
      const key = `${gap.what}\0${gap.why}`;
      if (!seen.has(key)) note(gap);
      seen.add(key);
    },
  };
}

/** What both sides lack for the same reason is said once. */
function noteGaps(
  context: CommandContext,
  { left, right }: { readonly left: readonly Gap[]; readonly right: readonly Gap[] },
): void {
  const keyOf = ({ what, why }: Gap): string => `${what}\0${why}`;
  const [inLeft, inRight] = [new Set(left.map(keyOf)), new Set(right.map(keyOf))];
  for (const gap of left)
    context.gap({ ...gap, what: `${gap.what} ${inRight.has(keyOf(gap)) ? 'of both sides' : 'of A'}` });
  for (const gap of right) if (!inLeft.has(keyOf(gap))) context.gap({ ...gap, what: `${gap.what} of B` });
}
