import { basename } from 'node:path';
import type { CommandContext } from '../../cli/context.ts';
import { ArchiveWriter } from '../../sources/snapshot/archive-writer.ts';
import { MANIFEST } from '../../sources/snapshot/layout.ts';
import type { MeshSource } from '../../sources/source.ts';
import { archivePath } from './archive-path.ts';
import { collect, type ReportMaker } from './collect.ts';
import type { Collected } from './collected.ts';
import { learnFirst } from './first-names.ts';
import { INTERRUPTED, reportFiles } from './mesh-report.ts';
import { type BugReportValues, logRules, maxBytesOf, skipped } from './options.ts';
import { WITHOUT_NAMESPACE } from './plan.ts';
import { openPseudonyms, type Pseudonyms } from './pseudonyms.ts';
import { type Keeping, keeping } from './redaction.ts';
import { ownRules, redactionSettings } from './redaction-settings.ts';
import { ReportStore } from './report-store.ts';
import type { Wanted } from './wanted.ts';

/** What is packed, and since when (in ms of the process' own clock) the time limit runs. */
export interface PackRequest {
  readonly options: BugReportValues;
  readonly wanted: Wanted;
  readonly start: number;
}

/** An archive that was written. */
export interface Packed {
  readonly path: string;
  readonly bytes: number;
  readonly collected: Collected;
  readonly kept: Keeping;
  readonly pseudonyms: Pseudonyms | undefined;
}

/** Packed size that is kept free for the report of an archive. */
const REPORT_BYTES = 2 * 1024 * 1024;
/** Least time for the report, also after the time limit was reached; and the most. */
const LEAST_REPORT_MS = 3_000;
const MOST_REPORT_MS = 60_000;

/** The engine's timers take a longer time for none at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Collects a mesh into an archive, which gets its name when it is whole; a run that fails leaves no file. Throws exit 64
 * for a path or key that can't be used, and what writing throws.
 */
export async function pack(
  context: CommandContext,
  mesh: MeshSource,
  { options, wanted, start }: PackRequest,
): Promise<Packed> {
  const path = await archivePath(options, context);
  const settings = redactionSettings(context);
  const pseudonyms = await openPseudonyms(options, path, settings, context);
  const archive = await ArchiveWriter.open({
    path,
    date: mesh.now,
    maxBytes: maxBytesOf(options.maxSize),
    reserve: options.skipAnalyze ? 0 : REPORT_BYTES,
  });
  const besides = { own: ownRules(settings), pseudonyms };
  const kept = keeping(options.fullSecrets, logRules(options, mesh.now), besides);
  try {
    if (pseudonyms !== undefined) await learnFirst(mesh, pseudonyms.pseudonymizer, options.timeout / 4);
    const collected = await collect(context, mesh, archive, {
      timeoutMs: Math.min(LONGEST_TIMER_MS, Math.max(100, options.timeout - (performance.now() - start))),
      timeLimitMs: options.timeout,
      concurrency: options.concurrency,
      wanted,
      redact: kept.redact,
      redaction: { ...kept.redaction, pseudonyms: kept.redaction.pseudonyms ?? mesh.pseudonyms },
      renaming: kept.renaming,
      report: options.skipAnalyze ? undefined : reportMaker(context, path),
      ...(await namespacesOf(context, mesh, wanted)),
      logs: logQuery(options, mesh),
      ...skipped(options),
      isClusterScoped: (plural) => WITHOUT_NAMESPACE.has(plural),
    });
    // An archive that nobody can translate back would be there before its key.
    await pseudonyms?.save();
    const bytes = await archive.finish({ path: MANIFEST, bytes: collected.index });
    return { path: archive.path, bytes, collected, kept, pseudonyms };
  } catch (error) {
    await archive.discard();
    throw error;
  }
}

function reportMaker(context: CommandContext, path: string): ReportMaker {
  const store = new ReportStore(basename(path));
  return {
    beside: (sink) => store.beside(sink),
    make: (manifest, ended, leftMs) =>
      reportFiles(context, {
        files: store.files,
        manifest,
        left: ended === INTERRUPTED ? ended : undefined,
        mostMs: Math.max(LEAST_REPORT_MS, Math.min(MOST_REPORT_MS, leftMs)),
      }),
  };
}

/** Where objects are looked for, and where when those of all namespaces are refused. */
async function namespacesOf(
  context: CommandContext,
  { kind, defaultNamespace }: MeshSource,
  { namespace }: Wanted,
): Promise<{ readonly namespaces: readonly string[]; readonly fallback: readonly string[] }> {
  const istioNamespace = await context.istioNamespace();
  return {
    namespaces: namespace === undefined ? [] : [namespace, istioNamespace],
    fallback: kind === 'cluster' ? [...new Set([defaultNamespace ?? 'default', istioNamespace])] : [],
  };
}

function logQuery(
  options: BugReportValues,
  source: MeshSource,
): { tailLines?: number | undefined; sinceSeconds?: number | undefined } {
  const { start } = logRules(options, source.now).window;
  return {
    ...(options.tail > 0 ? { tailLines: options.tail } : {}),
    ...(start === undefined
      ? {}
      : { sinceSeconds: Math.max(1, Math.ceil((source.now.getTime() - start) / 1000)) }),
  };
}
