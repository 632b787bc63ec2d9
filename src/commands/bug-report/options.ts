import { duration, flag, integer, list, type OptionValues, text } from '../../cli/options.ts';
import { usageError } from '../../util/errors.ts';
import { pseudonymized } from './pseudonyms.ts';
import type { LogRules } from './redaction.ts';
import { globPattern, parseSelector } from './selection.ts';

const MiB = 1024 * 1024;

/** The options of `bug-report`: those of the reference keep their spelling. */
export const BUG_REPORT_OPTIONS = {
  timeout: duration(
    '--timeout <duration>',
    'end after this long, with a whole archive of what is there by then',
    300_000,
  ),
  contexts: list('--contexts <names>', 'contexts of all clusters to collect, into one archive; repeatable'),
  file: text('-f, --file <file>', 'YAML file of these options; the command line wins', {
    also: ['filename'],
  }),
  outputFile: text('--output-file <file>', 'the archive (otherwise bug-report-TIME.tar.gz)'),
  outputDir: text('--output-dir <folder>', 'folder of the archive (otherwise the current one)'),
  maxSize: text(
    '--max-size <size>',
    'largest size of the archive, such as 20MB (otherwise 100MB); what matters most comes first',
  ),
  for: text('--for <workload>', 'pod/NAME.NAMESPACE or deploy/NAME.NAMESPACE: it and what it depends on'),
  include: list(
    '--include <selector>',
    'proxies to collect: NAMESPACES/DEPLOYMENTS/PODS/LABELS/ANNOTATIONS/CONTAINERS; repeatable',
    {
      whole: true,
    },
  ),
  exclude: list('--exclude <selector>', 'proxies to leave out, in the same form; repeatable', {
    whole: true,
  }),
  startTime: text('--start-time <time>', 'logs from this time on (RFC 3339)'),
  endTime: text('--end-time <time>', 'logs up to this time (RFC 3339)'),
  duration: duration(
    '--duration <duration>',
    'logs of this long before --end-time, or before now',
    undefined,
  ),
  tail: integer('--tail <lines>', 'last lines of each log; 0: all', 0, { min: 0 }),
  criticalErrs: list(
    '--critical-errs <patterns>',
    'count the log lines of errors that match one of these (* is any text)',
  ),
  ignoreErrs: list('--ignore-errs <patterns>', 'do not count those that match one of these'),
  concurrency: integer('--concurrency <n>', 'questions at a time', 8, { min: 1, max: 64 }),
  rqConcurrency: integer('--rq-concurrency <n>', 'requests to the API server at a time; 0: 20', 0, {
    min: 0,
    max: 200,
  }),
  resume: text('--resume <archive>', 'ask only for what an earlier archive lacks, and write a new one'),
  dryRun: flag('--dry-run', 'only show what would be asked, with sizes and rights'),
  fullSecrets: flag('--full-secrets', 'leave secrets in the archive; asks for a confirmation'),
  redact: list(
    '--redact <what>',
    'pseudonyms instead of names and IP addresses: names, ips, or both; secrets are left out anyway',
  ),
  redactKey: text(
    '--redact-key <file>',
    'file that turns pseudonyms back, made or used again (otherwise beside the archive, ending in .names.json)',
  ),
  skipClusterDump: flag('--skip-cluster-dump', 'no Kubernetes objects but pods'),
  skipProxyDebug: flag('--skip-proxy-debug', 'no pages and logs of proxies'),
  skipAnalyze: flag('--skip-analyze', 'no report/ in the archive: no findings, and no page to open'),
  skipNetstat: flag('--skip-netstat', 'taken for compatibility: nothing runs in pods', false, {
    hidden: true,
  }),
  skipCoredumps: flag('--skip-coredumps', 'taken for compatibility: memory is never copied', false, {
    hidden: true,
  }),
  dir: text('--dir <folder>', 'taken for compatibility: the archive is written at once', { hidden: true }),
};

/** The options of `bug-report` as they were given. */
export type BugReportValues = OptionValues<typeof BUG_REPORT_OPTIONS>;

/** Checks what can be checked before anything is asked. Throws exit 64. */
export function checkOptions(options: BugReportValues, now: Date): void {
  for (const spec of options.include) parseSelector(spec, '--include');
  for (const spec of options.exclude) parseSelector(spec, '--exclude');
  maxBytesOf(options.maxSize);
  if (options.startTime !== undefined && options.duration !== undefined) {
    throw usageError('--start-time and --duration both say where logs begin', { hint: 'give one of them' });
  }
  if (options.timeout < 1_000) throw usageError('--timeout: at least 1s');
  if (pseudonymized(options.redact).size === 0 && options.redactKey !== undefined)
    throw usageError('--redact-key is the key of pseudonyms, and none are asked for', {
      hint: '--redact names,ips --redact-key FILE',
    });
  if (options.redact.length > 0 && options.fullSecrets)
    throw usageError('--redact hides names, and --full-secrets leaves in what shows them', {
      hint: 'give one of them',
    });
  logRules(options, now);
}

/** What is left out of a collection altogether. */
export function skipped(options: Pick<BugReportValues, 'skipProxyDebug' | 'skipClusterDump'>): {
  readonly skipProxies: boolean;
  readonly skipObjects: boolean;
} {
  return { skipProxies: options.skipProxyDebug, skipObjects: options.skipClusterDump };
}

/** Which log lines are kept and counted. `--duration` counts from `--end-time`, or from now. Throws exit 64. */
export function logRules(options: BugReportValues, now: Date): LogRules {
  const end = timeOf(options.endTime, '--end-time');
  const before = options.duration === undefined ? undefined : (end ?? now.getTime()) - options.duration;
  const start = timeOf(options.startTime, '--start-time') ?? before;
  if (start !== undefined && end !== undefined && start > end) {
    throw usageError('--start-time is later than --end-time');
  }
  return {
    window: { start, end },
    critical: options.criticalErrs.map(globPattern),
    ignored: options.ignoreErrs.map(globPattern),
  };
}

function timeOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw usageError(`${name}: "${text}" is no time`, { hint: 'write it as 2026-11-23T02:11:39Z' });
  return time;
}

const DEFAULT_SIZE = '100MB';
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: MiB, G: 1024 * MiB };
const LEAST_BYTES = 256 * 1024;

/** The bytes of a size such as `20MB`. Throws exit 64. */
export function maxBytesOf(size: string = DEFAULT_SIZE): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?$/i.exec(size.trim()) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (!(bytes >= LEAST_BYTES)) {
    throw usageError(`--max-size: "${size}" is no size of at least 256KB`, {
      hint: 'write it as 20MB or 1GB',
    });
  }
  return Math.floor(bytes);
}
