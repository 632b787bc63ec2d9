import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANALYZERS, CATALOGUE } from '../analyzers/index.ts';
import type { Analyzer } from '../src/analysis/analyzer.ts';
import { type Finding, resourceRef, resourceText } from '../src/analysis/finding.ts';
import { placeholders } from '../src/analysis/message.ts';
import { RUN_MESSAGES } from '../src/analysis/messages.ts';
import { type AnalysisResult, runAnalyzers } from '../src/analysis/runner.ts';
import { createCrdCheck } from '../src/config/crd/crd-check.ts';
import { createResourceSet } from '../src/mesh/resource-set.ts';
import { type AnalyzerFixture, readAnalyzerFixture } from './helpers/analyzer-fixture.ts';
import { ROOT } from './helpers/run.ts';

const FOLDER = join(ROOT, 'fixtures/analyzers');
/** The moment that certificates in fixtures are judged by. */
const NOW = new Date('2026-11-23T02:11:39Z');

/** `deployment/application-uid` → the analyzer in analyzers/deployment/application-uid.ts. */
const byFile = new Map<string, Analyzer>();
for (const family of foldersIn('analyzers')) {
  for (const file of readdirSync(join(ROOT, 'analyzers', family))) {
    if (file === 'messages.ts') continue;
    const name = file.replace(/\.ts$/, '');
    const { analyzer } = (await import(`../analyzers/${family}/${name}.ts`)) as { analyzer: Analyzer };
    byFile.set(`${family}/${name}`, analyzer);
  }
}

interface Case {
  /** `deployment/application-uid.payments` */
  readonly name: string;
  readonly analyzer: string;
  readonly fixture: AnalyzerFixture;
}

const cases: Case[] = [];
for (const family of readdirSync(FOLDER)) {
  for (const file of readdirSync(join(FOLDER, family))) {
    const fixture = await readAnalyzerFixture(join(FOLDER, family, file));
    const analyzer = `${family}/${file.split('.')[0] ?? ''}`;
    cases.push({ name: `${family}/${file.replace(/\.yaml$/, '')}`, analyzer, fixture });
  }
}

describe('fixtures', () => {
  test.each(cases)('$name: exactly the expected lines are flagged', ({ name, analyzer, fixture }) => {
    const subject = byFile.get(analyzer);
    if (subject === undefined) throw new Error(`${name}: there is no analyzers/${analyzer}.ts`);
    const { findings } = runFixture(subject, fixture);
    const wanted = fixture.expectations.filter(({ kind }) => kind === 'expect');
    expect(findings.map(flagged).sort()).toEqual(
      wanted.map(({ code, resource, key }) => `${code} ${resource} ${key}`).sort(),
    );
  });
});

describe.each([...byFile])('%s', (file, analyzer) => {
  const own = cases.filter((one) => one.analyzer === file);
  const results = own.map(({ fixture }) => runFixture(analyzer, fixture));
  const runs = results.flatMap((result) => result.runs);
  const expectations = own.flatMap(({ fixture }) => fixture.expectations);

  test('has fixtures', () => {
    expect(own.length).toBeGreaterThan(0);
  });

  test('reads exactly the kinds that it declares', () => {
    expect(sorted(runs.flatMap((run) => run.kindsRead))).toEqual(sorted(analyzer.inputs));
  });

  test('reports exactly the codes that it declares', () => {
    expect(sorted(runs.flatMap((run) => run.codes))).toEqual(sorted(analyzer.codes));
  });

  test.each(analyzer.codes)('%s has a fixture that raises it and a near-miss that does not', (code) => {
    const kinds = expectations.filter((one) => one.code === code).map(({ kind }) => kind);
    expect(sorted(kinds)).toEqual(['expect', 'ok']);
  });

  test('is described in one sentence and named after its family', () => {
    expect(analyzer.description).toMatch(/^Checks [^.]+\.$/);
    expect(analyzer.name).toMatch(new RegExp(`^${file.split('/')[0]}\\.[A-Z]\\w+Analyzer$`));
  });
});

describe('the whole', () => {
  test('analyzers/index.ts lists every analyzer file', () => {
    expect(new Set(ANALYZERS)).toEqual(new Set(byFile.values()));
  });

  test('names are unique, those of the reference tool included', () => {
    const names = ANALYZERS.flatMap(({ name, referenceName }) => [
      name,
      ...(referenceName ? [referenceName] : []),
    ]);
    expect(names).toEqual([...new Set(names)]);
  });

  test('every declared code stands in the catalogue, with the same text', () => {
    for (const { codes, messages } of ANALYZERS) {
      for (const code of codes) expect(CATALOGUE[code]).toBe(messages[code]);
    }
  });

  test('every code of the catalogue is reported by an analyzer, or by the run itself, or is retired', () => {
    const reported = new Set([...ANALYZERS.flatMap(({ codes }) => codes), ...Object.keys(RUN_MESSAGES)]);
    for (const [code, { retired }] of Object.entries(CATALOGUE)) {
      expect(reported.has(code), code).toBe(retired === undefined);
    }
  });

  test('the order of the input does not change the findings', () => {
    // Fixtures use the same names: of two resources with one name the later one would count.
    const byName = new Map(
      cases.flatMap(({ fixture }) => fixture.objects).map((one) => [resourceText(resourceRef(one)), one]),
    );
    const objects = [...byName.values()];
    const forwards = runAnalyzers(ANALYZERS, createResourceSet(objects), { now: NOW });
    const backwards = runAnalyzers(ANALYZERS, createResourceSet([...objects].reverse()), { now: NOW });
    expect(backwards).toEqual(forwards);
    expect(forwards.findings.length).toBeGreaterThan(0);
  });
});

describe.each(Object.entries(CATALOGUE))('catalogue: %s', (code, definition) => {
  test('is complete and can be read', () => {
    expect(code).toMatch(/^(IST|MSH)\d{4}$/);
    expect(definition.name).toMatch(/^[A-Z]\w+$/);
    expect(definition.template).not.toMatch(/[.!]$/);
    expect(definition.why).toMatch(/^[A-Z].*\.$/);
    expect(definition.fix).toMatch(/^[A-Z].*\.$/);
    expect(new Set(placeholders(definition.template)).size).toBe(placeholders(definition.template).length);
  });
});

function runFixture(analyzer: Analyzer, { objects, remotes }: AnalyzerFixture): AnalysisResult {
  const others = new Map([...remotes].map(([cluster, list]) => [cluster, createResourceSet(list)]));
  const { refused } = createCrdCheck(objects.filter(({ kind }) => kind === 'CustomResourceDefinition'));
  return runAnalyzers([analyzer], createResourceSet(objects), { now: NOW, remotes: others, refused });
}

function flagged({ code, resource, location }: Finding): string {
  return `${code} ${resource ? resourceText(resource) : ''} ${lastKey(location?.path ?? '')}`;
}

/** The last key of a field path, without the indexes behind it: `ports` of `spec.ports[0]`, `a.b/c` of `x["a.b/c"]`. */
function lastKey(path: string): string {
  const [, quoted, plain] = /(?:\["([^"]*)"\]|([\w-]+))(?:\[\d+\])*$/.exec(path) ?? [];
  return quoted ?? plain ?? '';
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name);
}
