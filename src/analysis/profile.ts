import type { Analyzer } from './analyzer.ts';
import type { Finding } from './finding.ts';

/** What is reported: `default` when none is chosen. */
export const PROFILES = ['default', 'ci', 'audit', 'all'] as const;

/** One of `PROFILES`. */
export type Profile = (typeof PROFILES)[number];

/** What each profile is for, in a sentence: the text of the help and of the docs. */
export const PROFILE_TEXT: Readonly<Record<Profile, string>> = {
  default: 'everything but audits',
  ci: 'without notes (info) that what was not read could make untrue: a gate says what is certain, or matters',
  audit: 'with audits: what is allowed and works, but what a review wants to see',
  all: 'with audits, and with what the configuration file turns off, as notes',
};

/** Codes that only the profiles `audit` and `all` report. */
export function auditCodes(analyzers: readonly Analyzer[]): ReadonlySet<string> {
  return new Set(
    analyzers.flatMap(({ messages, codes }) => codes.filter((code) => messages[code]?.audit === true)),
  );
}

/** Whether a profile reports a finding. */
export function reports(profile: Profile, finding: Finding, audits: ReadonlySet<string>): boolean {
  if (profile === 'all' || profile === 'audit') return true;
  if (audits.has(finding.code)) return false;
  return profile !== 'ci' || finding.level !== 'info' || finding.confidence === 'certain';
}
