import type { PodRef } from '../kube/pod-ref.ts';
import { ExitCode } from '../util/errors.ts';

/** Whose log levels: an Envoy's loggers, a ztunnel's modules, an istiod's scopes. */
export type LevelKind = 'envoy' | 'ztunnel' | 'istiod';

/** Stands for every module of a ztunnel that has no level of its own. */
export const OTHER_MODULES = '*';

/** The level of one logger. A scope of istiod has a second one, from which on a stack trace is logged too. */
export interface LevelSetting {
  readonly logger: string;
  readonly level: string;
  readonly stackTrace?: true;
}

/** A logger's level before and after; `from` or `to` is `undefined` where a module has no level of its own. */
export interface LevelChange {
  readonly logger: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly stackTrace?: true;
}

/** What became of the levels of one pod. */
export interface PodLevels {
  readonly pod: PodRef;
  readonly kind: LevelKind;
  /**
   * `planned`: nothing was sent (`--dry-run`). `failed`: it did not take the levels, or could not be asked.
   * `replaced`: the pod is gone, and its levels with it.
   */
  readonly state: 'changed' | 'unchanged' | 'planned' | 'failed' | 'replaced';
  readonly changes: readonly LevelChange[];
  /** The command that takes the change back. */
  readonly undo?: string | undefined;
  /** The requests that bring the change about. */
  readonly requests?: readonly string[] | undefined;
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  /** Of a failed one: the exit code of its error. */
  readonly code?: ExitCode | undefined;
  /** The server's own page afterwards. */
  readonly page?: string | undefined;
}

/** A change of log levels: what was done (or would be), pod by pod. */
export interface LevelChangeAnswer {
  readonly phase: 'set' | 'dry-run' | 'revert';
  readonly pods: readonly PodLevels[];
  /** When the old levels come back by themselves, as RFC 3339, and what does it if this run is killed. */
  readonly reverts?: { readonly at: string; readonly after: string; readonly byHand: string } | undefined;
  /** Pods of this run that had failed before the levels were put back. */
  readonly failedBefore?: number | undefined;
}

/** Whether an answer tells of a change, and not only of the levels as they are. */
export function isLevelChange(answer: object): answer is LevelChangeAnswer {
  return 'phase' in answer;
}

/** Tells two levels of one logger apart. */
export function settingKey({ logger, stackTrace }: Pick<LevelSetting, 'logger' | 'stackTrace'>): string {
  return stackTrace ? `${logger}\n` : logger;
}

/** The levels that differ, in the order of the loggers. */
export function levelChanges(
  before: readonly LevelSetting[],
  after: readonly LevelSetting[],
): readonly LevelChange[] {
  const old = new Map(before.map((setting) => [settingKey(setting), setting]));
  const changes: LevelChange[] = [];
  for (const setting of after) {
    const from = old.get(settingKey(setting))?.level;
    old.delete(settingKey(setting));
    if (from !== setting.level) changes.push({ ...nameOf(setting), from, to: setting.level });
  }
  for (const setting of old.values())
    changes.push({ ...nameOf(setting), from: setting.level, to: undefined });
  return changes;
}

/** The changes that lead from `before` to the wanted levels; loggers that are not named stay as they are. */
export function wantedChanges(
  before: readonly LevelSetting[],
  wanted: readonly LevelSetting[],
): readonly LevelChange[] {
  const old = new Map(before.map((setting) => [settingKey(setting), setting.level]));
  return wanted.flatMap((setting): LevelChange[] => {
    const from = old.get(settingKey(setting));
    return from === setting.level ? [] : [{ ...nameOf(setting), from, to: setting.level }];
  });
}

function nameOf({ logger, stackTrace }: LevelSetting): Pick<LevelSetting, 'logger' | 'stackTrace'> {
  return stackTrace ? { logger, stackTrace } : { logger };
}

/** 0: all took it; 1: some did not; 69 (77 where that is why): none could be reached. */
export function levelExitCode({ pods, failedBefore = 0 }: LevelChangeAnswer): ExitCode {
  const failed = pods.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return failedBefore > 0 ? ExitCode.no : ExitCode.ok;
  const isForbidden = failed.every(({ code }) => code === ExitCode.forbidden);
  const isOutOfReach = failed.every(
    ({ code }) => code === ExitCode.unreachable || code === ExitCode.forbidden,
  );
  if (failed.length < pods.length || !isOutOfReach) return ExitCode.no;
  return isForbidden ? ExitCode.forbidden : ExitCode.unreachable;
}

/**
 * The levels as `--level` takes them: where all loggers are named the most common level first, then those that differ;
 * otherwise each by its name.
 */
export function levelText(settings: readonly LevelSetting[], loggersInAll: number): string {
  const counts = new Map<string, number>();
  for (const { level } of settings) counts.set(level, (counts.get(level) ?? 0) + 1);
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  const byName = (wanted: readonly LevelSetting[]): string[] =>
    wanted.map(({ logger, level }) => `${logger}:${level}`);
  if (usual === undefined || settings.length < loggersInAll) return byName(settings).join(',');
  return [usual, ...byName(settings.filter(({ level }) => level !== usual))].join(',');
}
