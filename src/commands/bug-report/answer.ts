import { answeredEntries, type BugReport, countEntries } from '../../answers/bug-report.ts';
import type { CommandContext } from '../../cli/context.ts';
import { NEVER_ASKED } from '../../sources/snapshot/snapshot-files.ts';
import type { Packed } from './pack.ts';

/** What is told of an archive that was written; what it lacks is noted as gaps. */
export function reportOf(
  context: Pick<CommandContext, 'gap'>,
  packed: Packed,
  { tookMs, missingRights }: Pick<BugReport, 'tookMs' | 'missingRights'>,
): BugReport {
  const { manifest, ended, troubled, refused } = packed.collected;
  const { redaction, hidden, severe } = packed.kept;
  const answers = answeredEntries(manifest.contents);
  const { counts, unanswered } = countEntries(answers);
  noteGaps(context, packed, { answers: answers.length, partial: counts.partial, unanswered });
  const logs = [...severe].map(([log, lines]) => ({ log, lines })).sort((a, b) => b.lines - a.lines);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'BugReport',
    archive: packed.path,
    bytes: packed.bytes,
    files: manifest.contents.filter(({ status }) => status === 'ok' || status === 'partial').length + 1,
    tookMs: Math.round(tookMs),
    ended,
    counts,
    unanswered,
    missingRights,
    refused: refused.lists,
    redaction: { mode: redaction.mode, hidden: hidden(), ...pseudonymsOf(packed) },
    troubled,
    criticalLogs: logs,
  };
}

function pseudonymsOf({ pseudonyms }: Packed): Pick<BugReport['redaction'], 'pseudonyms' | 'key'> {
  if (pseudonyms === undefined) return {};
  return { pseudonyms: [...pseudonyms.pseudonymizer.what], key: pseudonyms.keyFile };
}

function noteGaps(
  context: Pick<CommandContext, 'gap'>,
  { collected: { manifest, ended, unreached } }: Packed,
  {
    answers,
    partial,
    unanswered,
  }: { readonly answers: number; readonly partial: number } & Pick<BugReport, 'unanswered'>,
): void {
  for (const { cluster, why } of unreached) context.gap({ what: `the cluster of context ${cluster}`, why });
  const unmade = manifest.contents.find(({ path, status }) => path.startsWith('report/') && status !== 'ok');
  if (unmade !== undefined)
    context.gap({ what: 'the report in the archive', why: unmade.reason ?? 'no reason known' });
  // A recording that is packed again lacks nothing for want of what it never had.
  const asked = unanswered.filter(({ reason }) => reason !== NEVER_ASKED);
  const lost = asked.reduce((sum, { count }) => sum + count, 0) - partial;
  if (lost === 0) return;
  const why = ended ?? asked[0]?.reason ?? 'no reason known';
  context.gap({ what: `${lost} of ${answers} parts of the archive`, why });
}
