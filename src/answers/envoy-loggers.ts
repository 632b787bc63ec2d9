import { dataError } from '../util/errors.ts';

/** One logger of an Envoy and its level. */
export interface LoggerLevel {
  readonly name: string;
  readonly level: string;
}

/** The loggers of an Envoy, as its `/logging` page lists them. */
export interface LoggersAnswer {
  readonly loggers: readonly LoggerLevel[];
  /** The level that most loggers have. */
  readonly usual: string | undefined;
  /** The page as Envoy wrote it. */
  readonly text: string;
}

/** Reads Envoy's `/logging` page: `active loggers:`, then lines `  name: level`. Throws a data error for another text. */
export function loggersOf(text: string, label: string): LoggersAnswer {
  const loggers: LoggerLevel[] = [];
  const listed = text.includes('active loggers:') ? text : '';
  for (const [, name, level] of listed.matchAll(/^[ \t]+([^\s:]+): *(\w+)[ \t\r]*$/gm)) {
    if (name !== undefined && level !== undefined) loggers.push({ name, level });
  }
  if (loggers.length === 0) throw dataError(`${label} is not Envoy's /logging page: it lists no loggers`);
  const counts = new Map<string, number>();
  for (const { level } of loggers) counts.set(level, (counts.get(level) ?? 0) + 1);
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { loggers, usual, text };
}
