import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  answeredEntries,
  type BugReport,
  type BugReportAnswer,
  countEntries,
} from '../answers/bug-report.ts';
import { PROXY_ADMIN_PORT } from '../cli/admin-port.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { wantedNamespace } from '../cli/namespaces.ts';
import { whileWaiting } from '../cli/while-waiting.ts';
import { MOST_REDACTED_BYTES } from '../security/redaction/redact-file.ts';
import type { LiveOptions } from '../sources/live-options.ts';
import { MANIFEST } from '../sources/snapshot/layout.ts';
import { NEVER_ASKED } from '../sources/snapshot/snapshot-files.ts';
import type { MeshSource } from '../sources/source.ts';
import { ExitCode, usageError } from '../util/errors.ts';
import { checkAccess, missingRules, noteMissingRights, printedRights } from './bug-report/access.ts';
import { type Collected, collect, type ReportMaker } from './bug-report/collect.ts';
import { planOf } from './bug-report/dry-run.ts';
import { learnFirst } from './bug-report/first-names.ts';
import { INTERRUPTED, reportFiles } from './bug-report/mesh-report.ts';
import { BUG_REPORT_OPTIONS, checkOptions, logRules, maxBytesOf } from './bug-report/options.ts';
import { WITHOUT_NAMESPACE } from './bug-report/plan.ts';
import { openPseudonyms } from './bug-report/pseudonyms.ts';
import { confirmFullSecrets, type Keeping, keeping } from './bug-report/redaction.ts';
import { ownRules, redactionSettings } from './bug-report/redaction-settings.ts';
import { resumed } from './bug-report/resumed.ts';
import { parseSelector } from './bug-report/selection.ts';
import { withSurroundings } from './bug-report/surroundings.ts';
import type { Wanted } from './bug-report/wanted.ts';

const OPTIONS = { ...BUG_REPORT_OPTIONS, proxyAdminPort: PROXY_ADMIN_PORT };

type Input = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, BugReportAnswer>({
  name: 'bug-report',
  description:
    'Collects what a supporter needs into one archive, without secrets: control plane first, then proxies with a problem, then the rest. It always ends in time, with what was there by then. Every command reads the archive with --from.',
  args: [],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope bug-report --from demo',
      explains: 'the bundled mesh; without --from the mesh of the kubeconfig, within five minutes',
    },
    {
      command: 'meshscope bug-report --dry-run --from demo',
      explains: 'what it would ask, and how much that is',
    },
    {
      command:
        'meshscope bug-report --for deploy/cart-v1.shop --timeout 1m --output-file cart.tar.gz --from demo',
      explains: 'a workload and all that it depends on',
    },
    {
      command:
        "meshscope bug-report --include 'shop,payments' --exclude 'shop//load-*' --duration 1h --output-file shop.tar.gz --from demo",
      explains: 'two namespaces, without some pods, with the logs of the last hour',
    },
    {
      command: 'meshscope bug-report --contexts east,west --output-file both.tar.gz',
      explains: 'two clusters of a mesh in one archive',
      live: true,
    },
    {
      command: 'meshscope bug-report --redact names,ips --output-file hidden.tar.gz --from demo',
      explains: 'pseudonyms for names and addresses; hidden.names.json turns them back',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes', 'istiod', 'envoy', 'ztunnel', 'logs'],
  validate: ({ options }, context) => checkOptions(options, context.io.clock()),
  // The time limit is its own: it ends with an archive.
  runsUntilInterrupted: () => true,
  live: ({ options }) => liveOptions(options),
  rights: () => ({
    scope: 'mesh',
    reads: printedRights(),
    note: 'Each right may be left out: what it is for is then missing from the archive, which says so.',
  }),
  run: (input, context) => withSurroundings({ options: OPTIONS, live: liveOptions }, input, context, run),
  reporters: {
    table: () => import('../report/bug-report.ts').then((module) => module.table),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
  exitCode: (answer) => {
    if (answer.kind !== 'BugReport') return ExitCode.ok;
    if (answer.ended === INTERRUPTED) return ExitCode.interrupted;
    if (answer.counts.ok + answer.counts.partial > 0) return ExitCode.ok;
    return answer.missingRights.length > 0 ? ExitCode.forbidden : ExitCode.unreachable;
  },
});

function liveOptions({ rqConcurrency, proxyAdminPort }: Input['options']): LiveOptions {
  return {
    maxAnswerBytes: MOST_REDACTED_BYTES,
    adminPort: proxyAdminPort,
    ...(rqConcurrency > 0 ? { requestsAtATime: rqConcurrency } : {}),
  };
}

async function run({ options }: Input, context: CommandContext): Promise<BugReportAnswer> {
  // Once more: a file may have changed them.
  checkOptions(options, context.io.clock());
  const namespace = wantedNamespace(context);
  const wanted: Wanted = {
    includes: options.include.filter((spec) => spec !== '').map((spec) => parseSelector(spec, '--include')),
    excludes: options.exclude.filter((spec) => spec !== '').map((spec) => parseSelector(spec, '--exclude')),
    namespace,
    focus: options.for,
  };
  if (options.fullSecrets && !options.dryRun) await confirmFullSecrets(context);
  const start = performance.now();
  const source = await context.source();
  const mesh = options.resume === undefined ? source : await resumed(source, options.resume, context);
  const asking = checkAccess(source, namespace, context.signal, options.timeout / 4);
  const access = await whileWaiting(context, 'asking which rights there are', asking);
  await noteMissingRights(context, access);
  const maxBytes = maxBytesOf(options.maxSize);
  const skip = { skipProxies: options.skipProxyDebug, skipObjects: options.skipClusterDump };
  if (options.dryRun) return planOf(mesh, { wanted, access, ...skip, maxBytes, timeoutMs: options.timeout });
  const path = await archivePath(options, context);
  const settings = redactionSettings(context);
  const pseudonyms = await openPseudonyms(options, path, settings, context);
  const { ArchiveWriter } = await import('../sources/snapshot/archive-writer.ts');
  const reserve = options.skipAnalyze ? 0 : REPORT_BYTES;
  const archive = await ArchiveWriter.open({ path, date: source.now, maxBytes, reserve });
  const kept = keeping(options.fullSecrets, logRules(options, source.now), {
    own: ownRules(settings),
    pseudonyms,
  });
  try {
    if (pseudonyms !== undefined) await learnFirst(mesh, pseudonyms.pseudonymizer, options.timeout / 4);
    const collected = await collect(context, mesh, archive, {
      timeoutMs: Math.max(100, options.timeout - (performance.now() - start)),
      timeLimitMs: options.timeout,
      concurrency: options.concurrency,
      wanted,
      redact: kept.redact,
      redaction: { ...kept.redaction, pseudonyms: kept.redaction.pseudonyms ?? source.pseudonyms },
      renaming: pseudonyms?.renaming,
      report: options.skipAnalyze ? undefined : await reportMaker(context, path),
      namespaces: namespace === undefined ? [] : [namespace, await context.istioNamespace()],
      fallback: source.kind === 'cluster' ? fallbackOf(source, await context.istioNamespace()) : [],
      logs: logQuery(options, source),
      ...skip,
      isClusterScoped: (plural) => WITHOUT_NAMESPACE.has(plural),
    });
    // An archive that nobody can translate back would be there before its key.
    await pseudonyms?.save();
    const bytes = await archive.finish({ path: MANIFEST, bytes: collected.index });
    const took = performance.now() - start;
    const report = reportOf(archive.path, bytes, took, collected, kept, missingRules(access), context);
    if (pseudonyms === undefined) return report;
    const { pseudonymizer, keyFile } = pseudonyms;
    return {
      ...report,
      redaction: { ...report.redaction, pseudonyms: [...pseudonymizer.what], key: keyFile },
    };
  } catch (error) {
    await archive.discard();
    throw error;
  }
}

/** Packed size that is kept free for the report of an archive. */
const REPORT_BYTES = 2 * 1024 * 1024;
/** Least time for the report, also after the time limit was reached; and the most. */
const LEAST_REPORT_MS = 3_000;
const MOST_REPORT_MS = 60_000;

async function reportMaker(context: CommandContext, path: string): Promise<ReportMaker> {
  const { ReportStore } = await import('./bug-report/report-store.ts');
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

function reportOf(
  archive: string,
  bytes: number,
  tookMs: number,
  { manifest, ended, troubled, unreached }: Collected,
  { redaction, hidden, severe }: Keeping,
  missingRights: readonly string[],
  context: CommandContext,
): BugReport {
  const answers = answeredEntries(manifest.contents);
  const { counts, unanswered } = countEntries(answers);
  for (const { cluster, why } of unreached) context.gap({ what: `the cluster of context ${cluster}`, why });
  const unmade = manifest.contents.find(({ path, status }) => path.startsWith('report/') && status !== 'ok');
  if (unmade !== undefined)
    context.gap({ what: 'the report in the archive', why: unmade.reason ?? 'no reason known' });
  // A recording that is packed again lacks nothing for want of what it never had.
  const asked = unanswered.filter(({ reason }) => reason !== NEVER_ASKED);
  const lost = asked.reduce((sum, { count }) => sum + count, 0) - counts.partial;
  if (lost > 0) {
    const why = ended ?? asked[0]?.reason ?? 'no reason known';
    context.gap({ what: `${lost} of ${answers.length} parts of the archive`, why });
  }
  const logs = [...severe].map(([log, lines]) => ({ log, lines })).sort((a, b) => b.lines - a.lines);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'BugReport',
    archive,
    bytes,
    files: manifest.contents.filter(({ status }) => status === 'ok' || status === 'partial').length + 1,
    tookMs: Math.round(tookMs),
    ended,
    counts,
    unanswered,
    missingRights,
    redaction: { mode: redaction.mode, hidden: hidden() },
    troubled,
    criticalLogs: logs,
  };
}

/** Where objects are looked for when those of all namespaces are refused. */
function fallbackOf(source: MeshSource, istioNamespace: string): readonly string[] {
  return [...new Set([source.defaultNamespace ?? 'default', istioNamespace])];
}

function logQuery(
  options: Input['options'],
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

/** Path of the new archive; an existing file is never written over. Throws exit 64. */
async function archivePath(options: Input['options'], context: CommandContext): Promise<string> {
  // Elsewhere "-" is stdin: an archive of that name could not be read back.
  if (options.outputFile === '-')
    throw usageError('--output-file: an archive is not written to stdout', {
      hint: '--output-file report.tar.gz',
    });
  const stamp = context.io.clock().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '').replace('T', '-');
  const name = options.outputFile ?? `bug-report-${stamp}.tar.gz`;
  const path = resolve(context.io.cwd, options.outputDir ?? '.', name);
  // Of a name that nobody gave, the archive takes the next one that is free.
  const there = options.outputFile === undefined ? undefined : await stat(path).catch(() => undefined);
  if (there?.isDirectory())
    throw usageError(`${name} is a folder`, { hint: `--output-dir ${name} writes the archive into it` });
  if (there !== undefined)
    throw usageError(`${name} exists already`, { hint: 'give another name with --output-file' });
  return path;
}
