import type { IstiodReply, IstiodRequest } from '../sources/source.ts';
import { MeshscopeError } from '../util/errors.ts';
import { asString } from '../util/json.ts';
import { loadJson } from '../util/load-json.ts';
import { inIstioNamespace, noIstiodText } from './chosen-istiods.ts';
import type { CommandContext } from './context.ts';
import { whileWaiting } from './while-waiting.ts';

/** What one istiod of the chosen namespace and revision answered, and its revision where its pod tells it. */
export interface ChosenReply extends IstiodReply {
  readonly revision: string | undefined;
}

/** The istiods that `-i` and `-r` choose, asked together. */
export interface ChosenIstiods {
  /** Asks all of them. */
  ask(request: IstiodRequest): Promise<readonly ChosenReply[]>;
  /** Why there is nobody to ask. */
  noneText(): string;
}

/** Finds out the revisions of the istiods once; a revision that can't be found out stays unknown. */
export async function chosenIstiods(context: CommandContext): Promise<ChosenIstiods> {
  const source = await context.source();
  const namespace = await context.istioNamespace();
  const answer = await source.resources({ group: '', plural: 'pods', namespace });
  const pods = answer.ok ? answer.value : [];
  const revisions = new Map(
    pods.map(({ metadata }) => [metadata.name, asString(metadata.labels?.['istio.io/rev'])] as const),
  );
  const wanted = context.globals.revision;
  let known: readonly IstiodReply[] = [];
  return {
    ask: async (request) => {
      const asked = whileWaiting(context, 'waiting for istiod', source.istiod(request));
      known = await inIstioNamespace(context, await asked);
      return known.flatMap((reply): ChosenReply[] => {
        const revision = revisions.get(reply.istiod.name);
        if (wanted !== undefined && revision !== undefined && revision !== wanted) return [];
        return [{ ...reply, revision: revision ?? wanted }];
      });
    },
    noneText: () =>
      noIstiodText(
        context,
        pods,
        known.map(({ istiod }) => istiod),
      ),
  };
}

/** The JSON of a reply; `undefined`, and a gap, when there is none. */
export function jsonOf(context: CommandContext, what: string, { answer }: IstiodReply): unknown {
  if (!answer.ok) {
    context.gap({ what, why: answer.error.reason, next: answer.error.next });
    return undefined;
  }
  for (const { reason, next } of answer.missing ?? []) context.gap({ what, why: reason, next });
  try {
    return loadJson(answer.value, what);
  } catch (error) {
    if (!(error instanceof MeshscopeError)) throw error;
    context.gap({ what, why: error.message });
    return undefined;
  }
}
