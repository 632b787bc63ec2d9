import { type LogScope, parseScopes } from '../istiod/scopes.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { IstiodReply } from '../sources/source.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { dataError, notFoundError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { nearest } from '../util/text.ts';
import { inIstioNamespace, noIstiodText } from './chosen-istiods.ts';
import type { CommandContext } from './context.ts';

/** The port that istiod's ControlZ listens on unless it is told another. */
export const CONTROLZ_PORT = 9876;

/**
 * The logging scopes of every istiod, or of the one that `pod` names. One of several that can't be asked is a gap.
 * Throws when there is none, or none can be asked.
 */
export async function istiodScopes(
  pod: string | undefined,
  port: number,
  context: CommandContext,
): Promise<readonly { readonly istiod: string; readonly scopes: readonly LogScope[] }[]> {
  const all = await scopePages(port, context);
  const known = all.map(({ istiod }) => istiod);
  if (all.length === 0) throw notFoundError(noIstiodText(context, [], known));
  const replies = pod === undefined ? all : [namedIstiod(pod, all, ({ istiod }) => istiod)];
  const istiods = replies.flatMap(({ istiod, answer }) => {
    if (answer.ok) {
      const label = `scopes of ${proxyId(istiod)}`;
      const scopes = parseScopes(loadJson(answer.value, label));
      if (scopes === undefined) throw dataError(`${label}: this is not ControlZ's list of scopes`);
      return [{ istiod: istiod.name, scopes }];
    }
    if (replies.length === 1) throw toMeshscopeError(answer.error);
    context.gap({ what: `scopes of ${proxyId(istiod)}`, why: answer.error.reason, next: answer.error.next });
    return [];
  });
  const [first] = replies;
  if (istiods.length === 0 && first && !first.answer.ok) throw toMeshscopeError(first.answer.error);
  return istiods;
}

async function scopePages(port: number, context: CommandContext): Promise<readonly IstiodReply[]> {
  const source = await context.source();
  const replies = await source.istiod({ channel: 'controlz', name: 'scopes' });
  const chosen = await inIstioNamespace(context, replies);
  const { live } = source;
  if (live === undefined || port === CONTROLZ_PORT) return chosen;
  return Promise.all(
    chosen.map(async ({ istiod }): Promise<IstiodReply> => {
      const reply = await live.request(istiod, { port, method: 'GET', path: '/scopej/' });
      return { istiod, answer: reply.ok ? { ok: true, value: reply.value.body } : reply };
    }),
  );
}

/** The one of several istiods that a name stands for. Throws not-found with the nearest names. */
export function namedIstiod<T>(name: string, all: readonly T[], refOf: (one: T) => PodRef): T {
  const found = all.find((one) => [refOf(one).name, proxyId(refOf(one))].includes(name));
  if (found !== undefined) return found;
  const names = all.map((one) => refOf(one).name);
  const near = nearest(name, names);
  throw notFoundError(`no istiod pod "${name}"`, {
    lines: [near.length > 0 ? ['near', near.join(', ')] : ['here', names.slice(0, 3).join(', ')]],
  });
}
