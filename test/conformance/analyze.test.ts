import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANALYZERS } from '../../analyzers/index.ts';
import { resourceText } from '../../src/analysis/finding.ts';
import { runAnalyzers } from '../../src/analysis/runner.ts';
import { defaultIngressGateway } from '../../src/mesh/default-gateway.ts';
import { createResourceSet } from '../../src/mesh/resource-set.ts';
import { ROOT, run } from '../helpers/run.ts';
import { readInputs, readMeshFile } from './analysis-inputs.ts';
import { type AnalysisRun, CONFORMANCE, type Message, readConformance } from './analysis-runs.ts';

const MAX_CLASSES = 12;
const MAX_SINGLE = 40;
/** The moment of the reference's runs: certificates in the inputs are judged by it. */
const NOW = new Date('2026-11-23T01:25:00Z');

interface Accepted {
  readonly classes: readonly { readonly id: string; readonly reason: string; readonly pattern: string }[];
  readonly single: readonly { readonly run: string; readonly difference: string; readonly reason: string }[];
}
const accepted = JSON.parse(
  readFileSync(join(ROOT, 'test/conformance/differences.analyze.json'), 'utf8'),
) as Accepted;
const usedClasses = new Set<string>();
const usedSingle = new Set<unknown>();
const data = readConformance();

/** `CODE level Kind ns/name`. Under -A the reference knows no namespace for documents without one; ours is `default`. */
function verdict(code: string, level: string, origin: string): string {
  return `${code} ${level.toLowerCase()} ${origin.replace(/^(\S+) default\//, '$1 ')}`;
}

describe('verdicts', () => {
  if (typeof data === 'string') {
    test.skip(data);
    return;
  }
  describe('of single analyzers', () => {
    test.each(data.grid.filter(({ skipAll }) => !skipAll))('$name', (one) => {
      const meshConfig = readMeshFile('MeshConfig', one.meshConfigFile);
      const objects = [
        ...defaultIngressGateway(meshConfig),
        ...readInputs(one.inputFiles, undefined),
        meshConfig,
        readMeshFile('MeshNetworks', one.meshNetworksFile),
      ];
      const analyzers = ANALYZERS.filter(
        ({ name, referenceName }) => (referenceName ?? name) === one.analyzer,
      );
      expect(analyzers).toHaveLength(1);
      const { findings } = runAnalyzers(analyzers, createResourceSet(objects), { now: NOW });
      const ours = findings.map((finding) =>
        verdict(finding.code, finding.level, finding.resource ? resourceText(finding.resource) : ''),
      );
      const theirs = one.expected.map(({ code, level, resource }) => verdict(code, level, resource));
      compare(`grid:${one.name}`, ours, theirs, theirs);
    });
  });

  test.each(data.multi)('of several clusters: $name', ({ clusters, analyzer, expected }) => {
    const sets = Object.entries(clusters).map(
      ([name, files]) => [name, createResourceSet(readInputs(files, undefined))] as const,
    );
    const [[, first] = [], ...others] = sets;
    const analyzers = ANALYZERS.filter(({ name }) => name === analyzer);
    if (first === undefined) throw new Error('no cluster');
    const { findings } = runAnalyzers(analyzers, first, { now: NOW, remotes: new Map(others) });
    const ours = findings.map(({ code, level, resource }) =>
      verdict(code, level, resource ? resourceText(resource) : ''),
    );
    const theirs = expected.map(({ code, level, resource }) => verdict(code, level, resource));
    expect([...new Set(ours)].sort()).toEqual([...new Set(theirs)].sort());
  });

  describe('of whole runs', () => {
    test.each(data.runs)('$id', async (one) => {
      const { stdout, stderr } = await run(ourArguments(one), { cwd: CONFORMANCE, now: NOW });
      const messages = parse(stdout, stderr).filter(({ code }) => code.startsWith('IST'));
      const ours = messages.map((message) => verdict(message.code, message.level, message.origin ?? ''));
      const may = [...one.messages, ...(one.variants ?? []).flatMap(messagesOf)].map(verdictOf);
      const { stable_messages: must = one.messages } = one;
      compare(one.id, ours, must.map(verdictOf), may);
      comparePositions(messages, must);
    });
  });
});

/** The reference reports on one namespace unless it is told otherwise; ours reports on all that it has read. */
function ourArguments({ args }: AnalysisRun): readonly string[] {
  const words = args.filter((word) => word !== '--use-kube=false');
  return words.some((word) => word === '-A' || word === '-n') ? words : [...words, '-n', 'default'];
}

function verdictOf({ code, level, origin }: Message): string {
  return verdict(code, level, origin);
}

function messagesOf(variant: unknown): readonly Message[] {
  if (Array.isArray(variant)) return variant as Message[];
  return (variant as { messages?: Message[] }).messages ?? [];
}

interface Ours {
  readonly code: string;
  readonly level: string;
  readonly origin?: string;
  readonly reference?: string;
}

function parse(stdout: string, stderr: string): readonly Ours[] {
  try {
    return JSON.parse(stdout) as Ours[];
  } catch {
    throw new Error(`no JSON on stdout: ${stdout.slice(0, 200)} ${stderr.slice(0, 400)}`);
  }
}

function compare(id: string, ours: readonly string[], must: readonly string[], may: readonly string[]): void {
  const [own, needed, allowed] = [new Set(ours), new Set(must), new Set(may)];
  const differences = [
    ...[...own].filter((one) => !allowed.has(one) && !needed.has(one)).map((one) => `+ ${one}`),
    ...[...needed].filter((one) => !own.has(one)).map((one) => `- ${one}`),
  ];
  const unexplained = differences.filter((difference) => !isAccepted(id, difference));
  expect(unexplained.sort().join('\n')).toBe('');
}

function isAccepted(id: string, difference: string): boolean {
  const text = `${id} ${difference}`;
  const byClass = accepted.classes.find(({ pattern }) => new RegExp(pattern).test(text));
  if (byClass !== undefined) usedClasses.add(byClass.id);
  const single = accepted.single.find((one) => one.run === id && one.difference === difference);
  if (single !== undefined) usedSingle.add(single);
  return byClass !== undefined || single !== undefined;
}

/** Ours stand on the line of theirs, or on another line of a document that begins there or before. */
function comparePositions(ours: readonly Ours[], theirs: readonly Message[]): void {
  for (const message of theirs) {
    if (message.line === undefined || message.file === undefined) continue;
    const same = ours.filter((one) => verdict(one.code, one.level, one.origin ?? '') === verdictOf(message));
    if (same.length === 0) continue;
    const lines = same.map(({ reference }) => Number(/:(\d+)$/.exec(reference ?? '')?.[1] ?? Number.NaN));
    // The reference counts a document from its first comment on, so ours never stands above it.
    expect(
      Math.max(...lines),
      `${message.code} ${message.origin} at ${message.file}:${message.line}`,
    ).toBeGreaterThanOrEqual(Math.min(message.line, ...lines));
    expect(lines.every((line) => Number.isInteger(line))).toBe(true);
  }
}

describe('accepted differences', () => {
  test('are few, and each has a reason', () => {
    expect(accepted.classes.length).toBeLessThanOrEqual(MAX_CLASSES);
    expect(accepted.single.length).toBeLessThanOrEqual(MAX_SINGLE);
    for (const { reason } of [...accepted.classes, ...accepted.single])
      expect(reason.length).toBeGreaterThan(20);
  });

  test('each explains a difference that still exists', (context) => {
    if (typeof data === 'string') context.skip('nothing was compared');
    expect(accepted.classes.filter(({ id }) => !usedClasses.has(id)).map(({ id }) => id)).toEqual([]);
    expect(accepted.single.filter((one) => !usedSingle.has(one))).toEqual([]);
  });
});
