import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/run.ts';

interface Output {
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  readonly bytes: number;
}

const META = join(ROOT, 'dist/meta.json');
if (!existsSync(META)) throw new Error('dist/ is not built: npm run build, or npm test which builds first');
const { outputs } = JSON.parse(readFileSync(META, 'utf8')) as { outputs: Record<string, Output> };

/** The chunks that Node loads together with `entry`, whatever the command: static imports, followed to their end. */
function staticClosure(entry: string): readonly string[] {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement') visit(next);
  };
  visit(entry);
  return [...seen].filter((path) => outputs[path] !== undefined);
}

/** npm packages with code in the chunks. */
function packagesIn(chunks: readonly string[]): readonly string[] {
  const inputs = chunks.flatMap((chunk) => Object.entries(outputs[chunk]?.inputs ?? {}));
  const names = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

const HEAVY =
  /^(@kubernetes\/|@grpc\/|@bufbuild\/|protobufjs$|ws$|js-yaml$|yaml$|tar-stream$|archiver$|cli-table3$|chalk$)/;

function heavyIn(chunks: readonly string[]): readonly string[] {
  return packagesIn(chunks).filter((name) => HEAVY.test(name));
}

describe('what every start loads', () => {
  const closure = staticClosure('dist/main.js');

  test('the entry holds no Kubernetes, gRPC, YAML, archive, table or colour library', () => {
    expect(outputs['dist/main.js']).toBeDefined();
    expect(heavyIn(closure)).toEqual([]);
  });

  test('the entry is small: the command table and the parsing of words', () => {
    const bytes = closure.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
    expect(bytes).toBeLessThan(40_000);
  });

  test('each command is a chunk of its own', () => {
    const entries = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ kind }) => kind === 'dynamic-import'),
    );
    expect(entries.some(({ path }) => path.includes('/explain-'))).toBe(true);
    expect(closure.some((path) => path.includes('/explain-'))).toBe(false);
  });

  test('a bug report is begun without the analyzers, which only its end needs', () => {
    const inputsOf = (path: string): readonly string[] => Object.keys(outputs[path]?.inputs ?? {});
    const isAnalyzer = (input: string): boolean => /(?:^|\/)analyzers\/[a-z]+\/[a-z-]+\.ts$/.test(input);
    const chunk = Object.keys(outputs).find((path) =>
      inputsOf(path).some((input) => input.endsWith('src/commands/bug-report.ts')),
    );
    expect(chunk).toBeDefined();
    const loaded = staticClosure(chunk ?? '').flatMap(inputsOf);
    expect(loaded.filter(isAnalyzer)).toEqual([]);
    expect(Object.keys(outputs).flatMap(inputsOf).some(isAnalyzer)).toBe(true);
  });

  test('the bundle as a whole does hold those libraries, so that their names above are right', () => {
    expect(heavyIn(Object.keys(outputs))).toEqual(
      expect.arrayContaining(['chalk', 'cli-table3', 'js-yaml', 'tar-stream']),
    );
  });

  test('the package entry for analyzers needs no package at all', () => {
    expect(packagesIn(staticClosure('dist/analyzer.js'))).toEqual([]);
  });
});

test('licences: every bundled package is named with its text', () => {
  const text = readFileSync(join(ROOT, 'dist/THIRD-PARTY-LICENSES'), 'utf8');
  const names = packagesIn(Object.keys(outputs));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(text).toMatch(new RegExp(`^${name.replace(/[/.]/g, '\\$&')} \\d`, 'm'));
});
