import {
  type LevelChange,
  type LevelChangeAnswer,
  type LevelSetting,
  levelChanges,
  type PodLevels,
  settingKey,
} from '../../answers/level-change.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { MeshSource } from '../../sources/source.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';
import type { CommandContext } from '../context.ts';
import { openMesh } from '../mesh-source.ts';
import { asMeshscopeError } from './change-levels.ts';
import { inParallel } from './in-parallel.ts';
import type { Journal, Journaled } from './journal.ts';
import type { JournalEntry, JournalLogin, OldLevel } from './journal-entry.ts';
import { LevelServer } from './level-server.ts';
import { SERVER_KINDS, type ServerLevels } from './server-kind.ts';

const AT_A_TIME = 10;

/**
 * Puts back the old levels of the changes that are written down, and forgets each that is done. Works after Ctrl-C too:
 * it opens the clusters anew. Never throws for what can happen to a cluster: that is a failed pod.
 */
export async function revertLevels(
  changes: readonly Journaled[],
  journal: Journal,
  context: CommandContext,
): Promise<LevelChangeAnswer> {
  const byLogin = new Map<string, Journaled[]>();
  for (const change of changes) {
    const key = JSON.stringify(change.entry.login);
    byLogin.set(key, [...(byLogin.get(key) ?? []), change]);
  }
  const pods: PodLevels[] = [];
  for (const group of byLogin.values()) pods.push(...(await revertInCluster(group, journal, context)));
  return { phase: 'revert', pods };
}

async function revertInCluster(
  changes: readonly Journaled[],
  journal: Journal,
  context: CommandContext,
): Promise<readonly PodLevels[]> {
  const [first] = changes;
  if (first === undefined) return [];
  const closing = new AbortController();
  let source: MeshSource | undefined;
  try {
    source = await reopen(first.entry.login, context, closing.signal);
    const mesh = source;
    const objects = podsOf(mesh);
    let done = 0;
    return await inParallel(changes, AT_A_TIME, async (change) => {
      const result = await revertOne(change, mesh, objects).catch((error: unknown) =>
        failed(change.entry, error),
      );
      if (result.state !== 'failed') await journal.remove(change);
      context.terminal.progress(`putting log levels back: ${++done} of ${changes.length}`);
      return result;
    });
  } catch (error) {
    return changes.map(({ entry }) => failed(entry, error));
  } finally {
    closing.abort();
    await source?.close();
  }
}

/** The cluster of a change. Options of this run that name a login go before those of the run that was killed. */
async function reopen(
  login: JournalLogin,
  { globals, io }: CommandContext,
  signal: AbortSignal,
): Promise<MeshSource> {
  const kubeconfig = globals.kubeconfig ?? login.kubeconfig;
  const env =
    kubeconfig === undefined && login.kubeconfigEnv !== undefined
      ? { ...io.env, KUBECONFIG: login.kubeconfigEnv }
      : io.env;
  const { as, asGroup, asUid } = globals.as === undefined ? login : globals;
  const merged = { ...globals, kubeconfig, context: globals.context ?? login.context, as, asGroup, asUid };
  const source = await openMesh({ ...merged, from: undefined }, {}, { ...io, env }, signal);
  if (source.live?.server !== login.server) {
    await source.close();
    throw new MeshscopeError('OtherCluster', ExitCode.no, `the levels were changed on ${login.server}`, {
      hint: `this is ${source.live?.server ?? source.label}: --kubeconfig and --context name the other`,
    });
  }
  return source;
}

/** Asks for the pods of a namespace, once. */
function podsOf(source: MeshSource): (namespace: string) => Promise<readonly KubeObject[]> {
  const asked = new Map<string, Promise<readonly KubeObject[]>>();
  return (namespace) => {
    const known = asked.get(namespace);
    if (known !== undefined) return known;
    const answer = source.resources({ group: '', plural: 'pods', namespace }).then((pods) => {
      if (!pods.ok) throw toMeshscopeError(pods.error);
      return pods.value;
    });
    asked.set(namespace, answer);
    return answer;
  };
}

async function revertOne(
  { entry }: Journaled,
  source: MeshSource,
  objects: (namespace: string) => Promise<readonly KubeObject[]>,
): Promise<PodLevels> {
  const { pod, kind } = entry;
  const object = (await objects(pod.namespace)).find(({ metadata }) => metadata.name === pod.name);
  if (object === undefined || (entry.uid !== undefined && object.metadata.uid !== entry.uid))
    return { pod, kind, state: 'replaced', changes: [], why: 'the pod is gone, and its levels with it' };
  if (source.live === undefined) throw new MeshscopeError('NotLive', ExitCode.no, 'it is no live mesh');
  const server = new LevelServer(source.live, SERVER_KINDS[kind], pod, entry.port);
  const before = await server.read();
  const changes = changesBack(entry, before);
  if (changes.length === 0) return { pod, kind, state: 'unchanged', changes, page: before.page };
  for (const write of server.kind.writes(changes, before)) await server.write(write);
  const after = await server.verified(changes.flatMap(settingOf));
  return { pod, kind, state: 'changed', changes, page: after.page };
}

/** From the levels now to those that are written down; what was not changed stays as it is. */
function changesBack({ old, whole }: JournalEntry, now: ServerLevels): readonly LevelChange[] {
  const named = new Set(old.map(settingKey));
  const others = whole ? [] : now.settings.filter((setting) => !named.has(settingKey(setting)));
  // A logger that the server no longer has can't be set.
  const has = new Set(now.settings.map(settingKey));
  const wanted = old.filter((one) => has.has(settingKey(one)) || whole).flatMap(oldSetting);
  const order = new Map(now.settings.map((setting, index) => [settingKey(setting), index]));
  const place = (setting: LevelSetting): number => order.get(settingKey(setting)) ?? order.size;
  return levelChanges(
    now.settings,
    [...others, ...wanted].sort((a, b) => place(a) - place(b)),
  );
}

function oldSetting({ logger, level, stackTrace }: OldLevel): LevelSetting[] {
  if (level === null) return [];
  return [stackTrace ? { logger, level, stackTrace } : { logger, level }];
}

function settingOf({ logger, to, stackTrace }: LevelChange): LevelSetting[] {
  if (to === undefined) return [];
  return [stackTrace ? { logger, level: to, stackTrace } : { logger, level: to }];
}

function failed({ pod, kind }: JournalEntry, error: unknown): PodLevels {
  const { message, hint, exitCode } = asMeshscopeError(error);
  return { pod, kind, state: 'failed', changes: [], why: message, next: hint, code: exitCode };
}
