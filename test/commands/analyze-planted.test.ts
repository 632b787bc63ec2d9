import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const GENERATOR = process.env['BENCH_GENERATOR'] ?? join(ROOT, '../shared/bench/gen_bench.py');

interface Planted {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `missing host (IST0101)` */
  readonly defect: string;
}

interface Message {
  readonly code: string;
  readonly level: string;
  readonly origin: string;
  readonly reference: string;
}

/** A tree of 3,000 resources and the faults in it; why there is none. */
function planted(): { readonly folder: string; readonly faults: readonly Planted[] } | string {
  if (!existsSync(GENERATOR)) return `no generator: ${GENERATOR} is not there`;
  const folder = mkdtempSync(join(tmpdir(), 'meshscope-planted-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('python3', [GENERATOR, '3000', '11', join(folder, 'tree')], { stdio: 'ignore' });
  } catch {
    return 'no python3 to generate the tree with';
  }
  const faults = JSON.parse(readFileSync(join(folder, 'tree-defects.json'), 'utf8')) as Planted[];
  return { folder, faults };
}

describe('a large tree with faults that are known', () => {
  const data = planted();
  if (typeof data === 'string') {
    test.skip(data);
    return;
  }
  const subject = ({ kind, namespace, name }: Planted) =>
    `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

  test('each fault is found, with its place, and nothing else is a warning or an error', async () => {
    const { stdout, exitCode } = await run('analyze tree -o json --timeout 2m', { cwd: data.folder });
    const messages = JSON.parse(stdout) as Message[];
    expect(exitCode).toBe(79);
    const found = new Set(messages.map(({ code, origin }) => `${code} ${origin}`));
    const wanted = data.faults.map((one) => `${/IST\d{4}/.exec(one.defect)?.[0]} ${subject(one)}`);
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter((one) => !found.has(one))).toEqual([]);
    for (const { reference } of messages) expect(reference).toMatch(/^tree\/namespaces\/.*\.yaml:\d+$/);

    const faulty = new Set(data.faults.map(subject));
    // Policies of a namespace that is not in the mesh, by a fault that was planted, select nothing.
    const outside = data.faults.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name);
    const follows = ({ code, origin }: Message): boolean =>
      code === 'IST0127' && outside.some((name) => origin.startsWith(`AuthorizationPolicy ${name}/`));
    const others = messages.filter((one) => one.level !== 'Info' && !faulty.has(one.origin) && !follows(one));
    expect(others).toEqual([]);
  });
});
