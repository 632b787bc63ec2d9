import { podPhase, podRef } from '../../kube/pod.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { notFoundError } from '../../util/errors.ts';
import { noIstiodText } from '../chosen-istiods.ts';
import type { CommandContext } from '../context.ts';
import { namedIstiod } from '../istiod-scopes.ts';
import { noteMissing } from '../missing.ts';
import type { LevelJob } from './change-levels.ts';
import { istiodLevels, istiodReset, planFor } from './level-plan.ts';
import type { LevelTarget } from './level-server.ts';
import { liveMesh } from './level-targets.ts';
import { SERVER_KINDS } from './server-kind.ts';

/** What `admin log` sets. */
export interface IstiodLevelsWanted {
  readonly level: string | undefined;
  readonly stackTraceLevel: string | undefined;
  readonly reset: { readonly levels: boolean; readonly stackTraces: boolean };
  readonly port: number;
}

/** A change of the scopes of every istiod of the revision, or of the one that `pod` names. */
export async function istiodJob(
  pod: string | undefined,
  { level, stackTraceLevel, reset, port }: IstiodLevelsWanted,
  context: CommandContext,
): Promise<LevelJob> {
  const set = istiodLevels(level, stackTraceLevel);
  const back = istiodReset(reset);
  const all = await istiodTargets(context);
  return {
    kind: SERVER_KINDS.istiod,
    port,
    targets: pod === undefined ? all : [namedIstiod(pod, all, (target) => target.pod)],
    intent: () => (now) => {
      const wanted = [set(now), back(now)].flatMap((plan) => plan.wanted ?? []);
      return planFor(SERVER_KINDS.istiod, now, wanted);
    },
  };
}

/** The running istiods of the control plane, those of the revision where one is named. */
async function istiodTargets(context: CommandContext): Promise<readonly LevelTarget[]> {
  const source = await context.source();
  liveMesh(source, context);
  const namespace = await context.istioNamespace();
  const answer = await source.resources({ group: '', plural: 'pods', namespace });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  noteMissing(context, 'istiod pods', answer);
  const { revision } = context.globals;
  const istiods = answer.value.filter(
    (object) =>
      object.metadata.labels?.['app'] === 'istiod' &&
      (revision === undefined || object.metadata.labels['istio.io/rev'] === revision) &&
      podPhase(object) === 'Running' &&
      object.metadata['deletionTimestamp'] === undefined,
  );
  if (istiods.length === 0) throw notFoundError(noIstiodText(context, answer.value, []));
  return istiods.map((object) => ({ pod: podRef(object), uid: object.metadata.uid, object }));
}
