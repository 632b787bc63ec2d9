import type { PodRef } from '../kube/pod-ref.ts';
import { dataError, type ExitCode } from '../util/errors.ts';
import { type LevelSetting, OTHER_MODULES } from './level-change.ts';

/**
 * Reads ztunnel's `/logging` page: `current log level is module=level,…,level`, where the bare level is that of every
 * other module. Throws a data error for another text.
 */
export function ztunnelLevelsOf(text: string, label: string): readonly LevelSetting[] {
  const said = /^current log level is ([^\r\n]*)/m.exec(text)?.[1];
  const settings = (said ?? '').split(',').flatMap((part): LevelSetting[] => {
    const at = part.lastIndexOf('=');
    const level = part
      .slice(at + 1)
      .trim()
      .toLowerCase();
    if (!/^\w+$/.test(level)) return [];
    return [{ logger: at < 0 ? OTHER_MODULES : part.slice(0, at).trim(), level }];
  });
  if (settings.length === 0) throw dataError(`${label} is not ztunnel's /logging page: it names no level`);
  return settings;
}

/** The levels as ztunnel takes and prints them. */
export function ztunnelLevelText(settings: readonly Pick<LevelSetting, 'logger' | 'level'>[]): string {
  return settings
    .map(({ logger, level }) => (logger === OTHER_MODULES ? level : `${logger}=${level}`))
    .join(',');
}

/** The log levels of the ztunnels that were asked for. */
export interface ZtunnelLevelsAnswer {
  readonly ztunnels: readonly {
    readonly pod: PodRef;
    readonly node: string | undefined;
    readonly levels: readonly LevelSetting[];
    /** ztunnel's own page. */
    readonly page: string;
  }[];
  /** 1 where the reference ends so: one of them could not be asked. */
  readonly code: ExitCode;
}
