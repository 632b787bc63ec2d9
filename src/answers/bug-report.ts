import type { JsonObject } from '../util/json.ts';

/** Questions that went the same way. */
export interface UnansweredGroup {
  readonly reason: string;
  readonly count: number;
  /** Some of the questions, in words. */
  readonly questions: readonly string[];
}

/** What `bug-report` wrote, and what it lacks. */
export interface BugReport {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'BugReport';
  /** Path of the archive. */
  readonly archive: string;
  readonly bytes: number;
  readonly files: number;
  readonly tookMs: number;
  /** Why it ended before everything was asked: the time limit, Ctrl-C, a full archive. */
  readonly ended?: string | undefined;
  readonly counts: {
    readonly ok: number;
    readonly partial: number;
    readonly failed: number;
    readonly skipped: number;
    /** Kinds that the cluster does not serve, pages that are not there: answered with certainty. */
    readonly absent: number;
  };
  /** Most frequent first; what is absent is not among them. */
  readonly unanswered: readonly UnansweredGroup[];
  /** Rights that are missing, as rules of a role. */
  readonly missingRights: readonly string[];
  /** Lists that were refused as a whole, for want of a right or of a login. */
  readonly refused: number;
  readonly redaction: {
    readonly mode: string;
    readonly hidden: number;
    /** What has pseudonyms in it, and the file that turns them back. */
    readonly pseudonyms?: readonly string[] | undefined;
    readonly key?: string | undefined;
  };
  /** Proxies whose pages were asked first, because something is wrong with them. */
  readonly troubled: readonly string[];
  /** Containers whose log holds an error that `--critical-errs` names, with how many lines do. */
  readonly criticalLogs: readonly { readonly log: string; readonly lines: number }[];
}

/** A line of `bug-report --dry-run`. */
export interface PlannedLine {
  readonly stage: string;
  readonly question: string;
  /** How many answers it will be; `undefined` where what it depends on is not known. */
  readonly answers: number | undefined;
  readonly estimatedBytes: number;
  readonly right: string;
  /** Whether this user has the right; `undefined` in a recording, and where the API server does not tell. */
  readonly allowed: boolean | undefined;
}

/** What a bug report would ask. */
export interface BugReportPlan {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'BugReportPlan';
  readonly lines: readonly PlannedLine[];
  /** Unpacked and packed, in bytes. */
  readonly estimatedBytes: number;
  readonly estimatedArchiveBytes: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** What an entry of `snapshot.json` says, as far as counting needs it. */
export interface CountedEntry {
  readonly question?: string | undefined;
  readonly status: 'ok' | 'partial' | 'failed' | 'skipped';
  readonly code?: 'NotFound' | undefined;
  readonly reason?: string | undefined;
}

/** The entries that answer a question; those of `report/` were made from them. */
export function answeredEntries<T extends { readonly path: string }>(contents: readonly T[]): readonly T[] {
  return contents.filter(({ path }) => !path.startsWith('report/'));
}

const EXAMPLES = 3;

/** How the questions of an archive went. */
export function countEntries(entries: readonly CountedEntry[]): Pick<BugReport, 'counts' | 'unanswered'> {
  const counts = { ok: 0, partial: 0, failed: 0, skipped: 0, absent: 0 };
  const groups = new Map<string, { count: number; questions: string[] }>();
  for (const { status, code, reason = 'no reason known', question = 'a file' } of entries) {
    counts[code === 'NotFound' ? 'absent' : status] += 1;
    if (status === 'ok' || code === 'NotFound') continue;
    const group = groups.get(reason) ?? { count: 0, questions: [] };
    groups.set(reason, group);
    group.count += 1;
    if (group.questions.length < EXAMPLES) group.questions.push(question);
  }
  const unanswered = [...groups].map(([reason, group]) => ({ reason, ...group }));
  unanswered.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  return { counts, unanswered };
}

/** Any answer of `bug-report`. */
export type BugReportAnswer = BugReport | BugReportPlan;

/** A place in an archive that holds a secret. */
export interface SecretPlace {
  readonly path: string;
  /** How many of each rule. */
  readonly rules: JsonObject;
  readonly count: number;
}

/** What `bug-report scan` found. */
export interface SecretScan {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'SecretScan';
  readonly archive: string;
  readonly files: number;
  readonly secrets: number;
  readonly places: readonly SecretPlace[];
  /** Files that could not be looked through, with why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** What `bug-report verify` found. */
export interface ArchiveCheck {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'ArchiveCheck';
  readonly archive: string;
  readonly files: number;
  readonly bytes: number;
  readonly createdAt: string | undefined;
  readonly redaction: string | undefined;
  readonly counts: BugReport['counts'] | undefined;
  /** What is wrong with it; empty when it is whole. */
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
}

/** A text with the names of a mesh in the place of pseudonyms. */
export interface RevealedText {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'RevealedText';
  /** How many pseudonyms there were. */
  readonly revealed: number;
  readonly text: string;
}
