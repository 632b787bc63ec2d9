import type { LevelSetting } from '../../answers/level-change.ts';
import { OTHER_MODULES, wantedChanges } from '../../answers/level-change.ts';
import { ztunnelLevelText } from '../../answers/ztunnel-levels.ts';
import type { LevelWrite } from './level-requests.ts';
import {
  ENVOY_LEVELS,
  ISTIOD_LEVELS,
  parseLevels,
  unknownLogger,
  type WantedLevels,
  ZTUNNEL_LEVELS,
} from './level-words.ts';
import { SERVER_KINDS, type ServerKind, type ServerLevels } from './server-kind.ts';

/** What is to be sent to one server, and the levels that it must have afterwards. */
export interface LevelPlan {
  readonly writes: readonly LevelWrite[];
  /** `undefined` where only the server knows, as for what a ztunnel was started with. */
  readonly wanted: readonly LevelSetting[] | undefined;
}

/** Turns what the command line asks for into a plan for a server with these levels. Throws a usage error. */
export type LevelIntent = (now: ServerLevels) => LevelPlan;

/** A plan for levels that are known in advance. */
export function planFor(kind: ServerKind, now: ServerLevels, wanted: readonly LevelSetting[]): LevelPlan {
  return { writes: kind.writes(wantedChanges(now.settings, wanted), now), wanted };
}

/** `--level` of `proxy-config log`. `likeReference`: a bare level drops what stands before it. */
export function envoyLevels(text: string, likeReference: boolean): LevelIntent {
  const asked = parseLevels(text, '--level', ENVOY_LEVELS, { lastBareWins: likeReference });
  return (now) => {
    const names = now.settings.map(({ logger }) => logger);
    const known = new Set(names);
    const loggers = asked.loggers.map(({ logger: written, level }) => {
      const logger = known.has(written)
        ? written
        : written.slice(written.lastIndexOf('::') + 1).replace(/^:/, '');
      if (!known.has(logger))
        throw unknownLogger(
          'logger',
          logger,
          names,
          'meshscope proxy-config log POD -o json lists the loggers',
        );
      return { logger, level };
    });
    return planFor(SERVER_KINDS.envoy, now, named({ all: asked.all, loggers }, now.settings));
  };
}

/**
 * `--level` and `--reset` of `ztunnel-config log`. ztunnel lists only modules with a level of their own, so that names
 * can't be checked. `likeReference`: the text is sent as it is written.
 */
export function ztunnelLevels(text: string | undefined, reset: boolean, likeReference: boolean): LevelIntent {
  if (text === undefined)
    return () => ({ writes: [{ to: 'ztunnel', levels: '', reset: true }], wanted: undefined });
  const asked = parseLevels(text, '--level', ZTUNNEL_LEVELS);
  const bare: LevelSetting[] = asked.all === undefined ? [] : [{ logger: OTHER_MODULES, level: asked.all }];
  const wanted: LevelSetting[] = [...asked.loggers, ...bare];
  const verbatim = likeReference && asked.loggers.length > 0;
  return (now) => {
    const levels = verbatim ? text : ztunnelLevelText(wanted);
    if (!reset && !verbatim && wantedChanges(now.settings, wanted).length === 0)
      return { writes: [], wanted };
    return { writes: [{ to: 'ztunnel', levels, reset }], wanted };
  };
}

/** `--level` and `--stack-trace-level` of `admin log`. */
export function istiodLevels(level: string | undefined, stackTraceLevel: string | undefined): LevelIntent {
  const output = level === undefined ? undefined : parseLevels(level, '--level', ISTIOD_LEVELS);
  const stack =
    stackTraceLevel === undefined
      ? undefined
      : parseLevels(stackTraceLevel, '--stack-trace-level', ISTIOD_LEVELS);
  return (now) => {
    const wanted = [...scopeLevels(output, now, false), ...scopeLevels(stack, now, true)];
    return planFor(SERVER_KINDS.istiod, now, wanted);
  };
}

/** `--reset` of `admin log`: istiod can't tell what it was started with; Istio's own defaults are info and none. */
export function istiodReset(of: { readonly levels: boolean; readonly stackTraces: boolean }): LevelIntent {
  return (now) => {
    const wanted = now.settings.flatMap((setting): LevelSetting[] => {
      if (setting.stackTrace) return of.stackTraces ? [{ ...setting, level: 'none' }] : [];
      return of.levels ? [{ ...setting, level: 'info' }] : [];
    });
    return planFor(SERVER_KINDS.istiod, now, wanted);
  };
}

function scopeLevels(
  asked: WantedLevels | undefined,
  now: ServerLevels,
  ofStackTrace: boolean,
): readonly LevelSetting[] {
  if (asked === undefined) return [];
  const settings = now.settings.filter(({ stackTrace = false }) => stackTrace === ofStackTrace);
  const names = settings.map(({ logger }) => logger);
  const unknown = asked.loggers.find(({ logger }) => !names.includes(logger));
  if (unknown !== undefined)
    throw unknownLogger('scope', unknown.logger, names, 'meshscope admin log --all lists the scopes');
  return named(asked, settings);
}

/** The levels of those that are asked for: all of them where a bare level is, and single ones over it. */
function named(asked: WantedLevels, settings: readonly LevelSetting[]): readonly LevelSetting[] {
  const single = new Map(asked.loggers.map(({ logger, level }) => [logger, level]));
  return settings.flatMap((setting): LevelSetting[] => {
    const level = single.get(setting.logger) ?? asked.all;
    return level === undefined ? [] : [{ ...setting, level }];
  });
}
