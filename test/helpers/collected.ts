import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type CollectOptions, collect } from '../../src/commands/bug-report/collect.ts';
import { WITHOUT_NAMESPACE } from '../../src/commands/bug-report/plan.ts';
import { keeping } from '../../src/commands/bug-report/redaction.ts';
import { ArchiveWriter } from '../../src/sources/snapshot/archive-writer.ts';
import type { MeshSource } from '../../src/sources/source.ts';

const KEEPING = keeping(false, { window: { start: undefined, end: undefined }, critical: [], ignored: [] });

/** A new folder for the archives of a test file. */
export function archiveFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshscope-collect-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What may differ from run to run. */
export type Run = Partial<CollectOptions> & { readonly maxBytes?: number; readonly signal?: AbortSignal };

/** Collects a source into an archive at `path`, as bug-report does. */
export async function collectedTo(path: string, source: MeshSource, options: Run = {}) {
  const maxBytes = options.maxBytes ?? 100 * 1024 * 1024;
  const archive = await ArchiveWriter.open({ path, date: source.now, maxBytes });
  const lines: { readonly text: string; readonly at: number }[] = [];
  const start = performance.now();
  const progress = (text: string): void => void lines.push({ text, at: performance.now() - start });
  const terminal = { progress, clearProgress: () => {} };
  const context = { signal: options.signal ?? new AbortController().signal, terminal: terminal as never };
  const cpu = process.cpuUsage();
  const result = await collect(context, source, archive, {
    timeoutMs: 60_000,
    concurrency: 8,
    wanted: { includes: [], excludes: [], namespace: undefined, focus: undefined },
    redact: KEEPING.redact,
    redaction: KEEPING.redaction,
    renaming: KEEPING.renaming,
    namespaces: [],
    fallback: ['shop', 'istio-system'],
    logs: {},
    skipProxies: false,
    skipObjects: false,
    isClusterScoped: (plural) => WITHOUT_NAMESPACE.has(plural),
    ...options,
  });
  await archive.finish({ path: 'snapshot.json', bytes: result.index });
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1000;
  return { ...result, path, lines, tookMs: performance.now() - start, cpuMs };
}
