import { loggersOf } from '../../answers/envoy-loggers.ts';
import {
  type LevelChange,
  type LevelKind,
  type LevelSetting,
  levelText,
} from '../../answers/level-change.ts';
import { ztunnelLevelsOf, ztunnelLevelText } from '../../answers/ztunnel-levels.ts';
import { type LogScope, parseScopes } from '../../istiod/scopes.ts';
import type { PodRequest } from '../../sources/live-mesh.ts';
import { dataError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';
import type { LevelWrite } from './level-requests.ts';

/** The levels of a server as they are now. */
export interface ServerLevels {
  readonly settings: readonly LevelSetting[];
  /** The server's own page. */
  readonly page: string;
  /** Of an istiod: what else its scopes hold. */
  readonly scopes?: readonly LogScope[];
}

/** What differs between the three kinds of servers whose log levels can be changed. Pure. */
export interface ServerKind {
  readonly kind: LevelKind;
  /** The command that shows and sets these levels. */
  readonly command: string;
  read(port: number): PodRequest;
  /** Throws a data error for a page that lists no levels. */
  parse(page: string, label: string): ServerLevels;
  /** The requests that bring these changes about. */
  writes(changes: readonly LevelChange[], now: ServerLevels): readonly LevelWrite[];
  /** The options of `command` that take these changes back. */
  undo(changes: readonly LevelChange[], before: ServerLevels): readonly string[];
}

const ENVOY: ServerKind = {
  kind: 'envoy',
  command: 'proxy-config log',
  read: (port) => ({ port, method: 'POST', path: '/logging' }),
  parse: (page, label) => {
    const { loggers } = loggersOf(page, label);
    return { settings: loggers.map(({ name, level }) => ({ logger: name, level })), page };
  },
  writes: (changes, now) => {
    const wanted = new Map(changes.flatMap(({ logger, to }) => (to === undefined ? [] : [[logger, to]])));
    const after = now.settings.map(({ logger, level }) => ({ logger, level: wanted.get(logger) ?? level }));
    const usual = mostCommon(after);
    const others = after.filter(({ level }) => level !== usual);
    // One level for all and the exceptions, where that is less than naming each.
    if (usual !== undefined && others.length + 1 < wanted.size) {
      const rest: LevelWrite[] = others.length === 0 ? [] : [{ to: 'envoy', loggers: others }];
      return [{ to: 'envoy', all: usual }, ...rest];
    }
    const loggers = [...wanted].map(([logger, level]) => ({ logger, level }));
    return loggers.length === 0 ? [] : [{ to: 'envoy', loggers }];
  },
  undo: (changes, before) => ['--level', oldLevels(changes, before.settings)],
};

const ZTUNNEL: ServerKind = {
  kind: 'ztunnel',
  command: 'ztunnel-config log',
  read: (port) => ({ port, method: 'POST', path: '/logging' }),
  parse: (page, label) => ({ settings: ztunnelLevelsOf(page, label), page }),
  writes: (changes, now) => {
    const set = changes.flatMap(({ logger, to }) => (to === undefined ? [] : [{ logger, level: to }]));
    if (set.length === changes.length)
      return set.length === 0 ? [] : [{ to: 'ztunnel', levels: ztunnelLevelText(set), reset: false }];
    // ztunnel only adds: what must go is left out of a new beginning.
    const changed = new Map(changes.map(({ logger, to }) => [logger, to]));
    const kept = now.settings.filter(({ logger }) => !changed.has(logger));
    return [{ to: 'ztunnel', levels: ztunnelLevelText([...kept, ...set]), reset: true }];
  },
  undo: (changes, before) => {
    if (changes.every(({ from }) => from !== undefined)) {
      const old = changes.map(({ logger, from = '' }) => ({ logger, level: from }));
      return ['--level', ztunnelLevelText(old)];
    }
    return ['--reset', '--level', ztunnelLevelText(before.settings)];
  },
};

const ISTIOD: ServerKind = {
  kind: 'istiod',
  command: 'admin log',
  read: (port) => ({ port, method: 'GET', path: '/scopej/' }),
  parse: (page, label) => {
    const scopes = parseScopes(loadJson(Buffer.from(page), label));
    if (scopes === undefined) throw dataError(`${label} is not ControlZ's list of scopes`);
    return { settings: scopes.flatMap(scopeSettings), page, scopes };
  },
  writes: (changes, now) =>
    (now.scopes ?? []).flatMap((scope): LevelWrite[] => {
      const own = changes.filter(({ logger }) => logger === scope.name);
      if (own.length === 0) return [];
      const values = {
        outputLevel: own.find(({ stackTrace }) => !stackTrace)?.to ?? scope.level,
        stackTraceLevel: own.find(({ stackTrace }) => stackTrace)?.to ?? scope.stackTraceLevel,
        logCallers: scope.logCallers,
      };
      return [{ to: 'istiod', scope: scope.name, values }];
    }),
  undo: (changes, before) => {
    const flags: string[] = [];
    for (const [option, ofStackTrace] of [
      ['--level', false],
      ['--stack-trace-level', true],
    ] as const) {
      const is = ({ stackTrace = false }: { readonly stackTrace?: boolean }): boolean =>
        stackTrace === ofStackTrace;
      const own = changes.filter(is);
      if (own.length > 0) flags.push(option, oldLevels(own, before.settings.filter(is)));
    }
    return flags;
  },
};

/** The kinds by their names. */
export const SERVER_KINDS: Readonly<Record<LevelKind, ServerKind>> = {
  envoy: ENVOY,
  ztunnel: ZTUNNEL,
  istiod: ISTIOD,
};

function scopeSettings({ name, level, stackTraceLevel }: LogScope): LevelSetting[] {
  const own: LevelSetting[] = [{ logger: name, level }];
  return stackTraceLevel === undefined
    ? own
    : [...own, { logger: name, level: stackTraceLevel, stackTrace: true }];
}

/** Old levels as `--level` takes them; where most loggers changed those of all, which is shorter and means the same. */
function oldLevels(changes: readonly LevelChange[], all: readonly LevelSetting[]): string {
  if (changes.length * 2 > all.length) return levelText(all, all.length);
  const old = changes.flatMap(({ logger, from }) => (from === undefined ? [] : [{ logger, level: from }]));
  return levelText(old, Number.POSITIVE_INFINITY);
}

function mostCommon(settings: readonly LevelSetting[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { level } of settings) counts.set(level, (counts.get(level) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
