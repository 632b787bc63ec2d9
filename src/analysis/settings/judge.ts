import { compareFindings, type Finding } from '../finding.ts';
import { LEVELS, type Level } from '../message.ts';
import { type Profile, reports } from '../profile.ts';

/** What becomes of findings: which count, and how bad they are. */
export interface Judgement {
  readonly profile: Profile;
  readonly severity: ReadonlyMap<string, Level | 'off'>;
  /** Codes that are reported in an audit only. */
  readonly audits: ReadonlySet<string>;
  /** Levels may be raised and not lowered: what sets them is not trusted with the gate. */
  readonly onlyRaises: boolean;
}

/** Findings with the levels that somebody chose, and the codes whose lower level was not followed. */
export interface JudgedFindings {
  readonly findings: readonly Finding[];
  readonly held: readonly string[];
}

/** Applies profile and severities to findings; sorts them anew. */
export function judge(all: readonly Finding[], judgement: Judgement): JudgedFindings {
  const { profile, severity, audits, onlyRaises } = judgement;
  const held = new Set<string>();
  const findings = all.flatMap((finding): Finding[] => {
    const chosen = severity.get(finding.code);
    let level: Level | 'off' = chosen ?? finding.level;
    if (onlyRaises && isLower(level, finding.level)) {
      held.add(finding.code);
      level = finding.level;
    }
    if (level === 'off') {
      if (profile !== 'all') return [];
      level = 'info';
    }
    const judged = level === finding.level ? finding : { ...finding, level };
    // A level that somebody chose says that they want to see it.
    return chosen !== undefined || reports(profile, judged, audits) ? [judged] : [];
  });
  return { findings: findings.sort(compareFindings), held: [...held].sort() };
}

function isLower(level: Level | 'off', than: Level): boolean {
  return level === 'off' || LEVELS.indexOf(level) > LEVELS.indexOf(than);
}
