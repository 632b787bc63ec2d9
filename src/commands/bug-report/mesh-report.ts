import { setMaxListeners } from 'node:events';
import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import type { CommandContext } from '../../cli/context.ts';
import { runLimited } from '../../cli/time-limit.ts';
import { MANIFEST } from '../../sources/snapshot/layout.ts';
import { formatManifest, type Manifest } from '../../sources/snapshot/manifest.ts';
import type { MemoryStore } from '../../sources/snapshot/memory-store.ts';
import { openSnapshot } from '../../sources/snapshot/open-snapshot.ts';
import type { Answer, MeshSource } from '../../sources/source.ts';
import { MeshscopeError } from '../../util/errors.ts';

/** A file of the report in an archive. */
export interface ReportFile {
  readonly name: string;
  readonly answer: Answer<Uint8Array>;
}

/** What a report is made from, and how long that may take. */
export interface ReportRequest {
  readonly files: MemoryStore;
  /** The index of the archive so far. */
  readonly manifest: Manifest;
  /** Why no report is made, if there is a reason. */
  readonly left: string | undefined;
  readonly mostMs: number;
}

const HEAD = { apiVersion: 'meshscope.io/v1' } as const;

/** What each file of the report is made of. */
const FILES: Readonly<Record<string, (report: MeshReport) => Promise<() => string>>> = {
  'report.json': async (report) => asJson(report),
  'findings.json': async ({ findings }) => asJson({ ...HEAD, kind: 'ReportFindings', ...findings }),
  'proxy-status.json': async ({ proxies }) => asJson({ ...HEAD, kind: 'ReportProxies', ...proxies }),
  'index.html': async (report) => {
    const { html } = await import('../../report/report-page/page.ts');
    const now = new Date(report.subject.takenAt);
    return () => {
      const text = html(report, { color: false, width: Number.POSITIVE_INFINITY, now });
      return typeof text === 'string' ? text : [...text].join('');
    };
  },
};

async function asJson(value: unknown): Promise<() => string> {
  const { jsonText } = await import('../../report/json.ts');
  return () => jsonText(value);
}

/**
 * The report of an archive, made of its own files as `report --from` makes it. Never takes longer than it may and never
 * throws for the mesh: a file that could not be made says why.
 */
export async function reportFiles(
  context: CommandContext,
  request: ReportRequest,
): Promise<readonly ReportFile[]> {
  const names = Object.keys(FILES);
  const missing = (reason: string, leftOut: boolean): readonly ReportFile[] =>
    names.map((name) => ({
      name,
      answer: {
        ok: false,
        error: { code: 'NotRecorded', asked: `report/${name}`, of: 'meshscope', reason, leftOut },
      },
    }));
  if (request.left !== undefined) return missing(request.left, true);
  const late = `it was not made within ${Math.round(request.mostMs / 100) / 10} s`;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(Math.ceil(request.mostMs))]);
  // As many listeners as questions under way are no leak.
  setMaxListeners(0, signal);
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    const made = make(context, request, signal);
    // Once the time is up nobody waits for it.
    made.catch(() => {});
    const files = await Promise.race([made, ended]);
    return files ?? missing(context.signal.aborted ? INTERRUPTED : late, context.signal.aborted);
  } catch (error) {
    const isInterrupt = error instanceof MeshscopeError && error.code === 'Interrupted';
    // Whatever is wrong with the report, an archive that was collected is worth more.
    const why = error instanceof MeshscopeError ? error.message : `an error of meshscope (${String(error)})`;
    return missing(isInterrupt ? INTERRUPTED : why, isInterrupt);
  }
}

/** Why there is no report after Ctrl-C. */
export const INTERRUPTED = 'it was interrupted';

async function make(
  context: CommandContext,
  { files, manifest, mostMs }: ReportRequest,
  signal: AbortSignal,
): Promise<readonly ReportFile[] | undefined> {
  const until = performance.now() + mostMs;
  await files.add(MANIFEST, Buffer.from(formatManifest(manifest)));
  const source = await openSnapshot(files, context.io.clock);
  const [known, { reportAnalysis }, { meshReport }] = await Promise.all([
    import('../../../analyzers/index.ts'),
    import('../../cli/mesh-report/report-analysis.ts'),
    import('../../cli/mesh-report/compose.ts'),
  ]);
  const own = contextOf(context, source, signal, Math.max(1, until - performance.now()));
  const report = await meshReport(own, await reportAnalysis(own, known));
  const made: ReportFile[] = [];
  for (const [name, text] of Object.entries(FILES)) {
    const write = await text(report);
    let bytes: Uint8Array = new Uint8Array();
    const done = runLimited(() => {
      bytes = Buffer.from(write());
    }, until - performance.now());
    if (!done) return undefined;
    made.push({ name, answer: { ok: true, value: bytes } });
  }
  await source.close();
  return made;
}

/** The archive as the mesh that is asked, as if `--from` named it: nothing that narrowed the collection narrows it again. */
function contextOf(
  context: CommandContext,
  source: MeshSource,
  signal: AbortSignal,
  timeout: number,
): CommandContext {
  const globals = {
    ...context.globals,
    from: source.label,
    context: undefined,
    kubeconfig: undefined,
    namespace: undefined,
    istioNamespace: undefined,
    revision: undefined,
    compat: false,
    timeout,
  };
  return {
    ...context,
    globals,
    format: 'json',
    signal,
    source: async () => source,
    istioNamespace: async () => source.istioNamespace ?? 'istio-system',
    now: () => source.now,
    gap: () => {},
    terminal: { ...context.terminal, note: async () => {}, warn: async () => {} },
  };
}
