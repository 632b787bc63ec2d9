import { usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';

/** What `--level` asks for: a level for all loggers, and for single ones in the order of writing. */
export interface WantedLevels {
  readonly all: string | undefined;
  readonly loggers: readonly { readonly logger: string; readonly level: string }[];
}

/** The levels that a server knows, the most talkative first, and other words for them. */
export interface LevelVocabulary {
  readonly levels: readonly string[];
  readonly synonyms: Readonly<Record<string, string>>;
}

/** Envoy's levels. */
export const ENVOY_LEVELS: LevelVocabulary = {
  levels: ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'],
  synonyms: { warn: 'warning' },
};

/** ztunnel's levels; it has none above error, so that Envoy's word for that means the nearest. */
export const ZTUNNEL_LEVELS: LevelVocabulary = {
  levels: ['trace', 'debug', 'info', 'warn', 'error', 'off'],
  synonyms: { warning: 'warn', critical: 'error' },
};

/** istiod's levels. */
export const ISTIOD_LEVELS: LevelVocabulary = {
  levels: ['debug', 'info', 'warn', 'error', 'none'],
  synonyms: { warning: 'warn' },
};

/** Words that people write for a level of another server. */
const ELSEWHERE: Readonly<Record<string, string>> = { none: 'off', off: 'none' };

/**
 * Reads `level`, `logger:level` and `logger=level`, joined by commas; of one logger the last counts. `lastBareWins`: a
 * bare level drops what stands before it, as in the reference. Throws a usage error for a word that is no level.
 */
export function parseLevels(
  text: string,
  option: string,
  vocabulary: LevelVocabulary,
  { lastBareWins = false }: { readonly lastBareWins?: boolean } = {},
): WantedLevels {
  let all: string | undefined;
  const loggers = new Map<string, string>();
  for (const clause of text.split(',')) {
    const trimmed = clause.trim();
    const at = Math.max(trimmed.lastIndexOf(':'), trimmed.lastIndexOf('='));
    const level = levelOf(trimmed.slice(at + 1), option, vocabulary);
    if (at < 0) {
      all = level;
      if (lastBareWins) loggers.clear();
      continue;
    }
    const logger = trimmed.slice(0, at).trim();
    if (logger === '') throw usageError(`${option}: "${trimmed}" names no logger`, { hint: form(option) });
    loggers.delete(logger);
    loggers.set(logger, level);
  }
  return { all, loggers: [...loggers].map(([logger, level]) => ({ logger, level })) };
}

function levelOf(word: string, option: string, { levels, synonyms }: LevelVocabulary): string {
  const text = word.trim();
  if (levels.includes(text)) return text;
  const synonym = Object.hasOwn(synonyms, text) ? synonyms[text] : undefined;
  if (synonym !== undefined) return synonym;
  const other = Object.hasOwn(ELSEWHERE, text) ? ELSEWHERE[text] : undefined;
  const near = other !== undefined && levels.includes(other) ? [other] : nearest(text, levels);
  const message = text === '' ? `${option}: a level is missing` : `unrecognized logging level: ${text}`;
  throw usageError(message, {
    lines: near.length > 0 && text !== '' ? [['near', near.join(', ')]] : [],
    hint: `levels are ${levels.join(', ')}`,
  });
}

function form(option: string): string {
  return `write ${option} LEVEL for all loggers, or ${option} LOGGER:LEVEL,LOGGER:LEVEL`;
}

/** The error for a logger that a server does not have; names the nearest ones. */
export function unknownLogger(what: string, logger: string, known: readonly string[], hint: string) {
  const near = nearest(logger, known);
  return usageError(`unrecognized ${what} name: ${logger}`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint,
  });
}
