import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { longName } from '../../src/cli/options.ts';
import { command } from '../../src/commands/analyze.ts';
import { field } from '../../src/util/json.ts';
import { ROOT } from '../helpers/run.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const OPTIONS = new Set(
  [...Object.values({ ...GLOBAL_OPTIONS, ...command.options }).map(longName), 'output'].map(
    (name) => `--${name}`,
  ),
);

/** Options that stand in a text behind a blank, quote or bracket. */
function optionsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<=[\s"'([`])--[a-zA-Z][\w-]*/g)].map(([option]) => option);
}

describe('action.yml', () => {
  const text = read('action.yml');
  const action = load(text);

  test('is a composite action whose inputs are all used, and none as text of the script', () => {
    expect(field(action, 'runs', 'using')).toBe('composite');
    const [step] = field(action, 'runs', 'steps') as { run: string; env: Record<string, string> }[];
    const used = Object.values(step?.env ?? {}).map((value) => /\{\{ inputs\.([\w-]+) \}\}/.exec(value)?.[1]);
    expect(used.sort()).toEqual(Object.keys(field(action, 'inputs') as object).sort());
    expect(step?.run).not.toContain('${{');
    for (const name of Object.keys(step?.env ?? {})) expect(step?.run).toContain(`$${name}`);
  });

  test('gives options and formats that exist', () => {
    const [step] = field(action, 'runs', 'steps') as { run: string }[];
    const options = optionsIn(step?.run ?? '').filter((option) => option !== '--yes');
    expect(options.length).toBeGreaterThan(3);
    for (const option of options) expect(OPTIONS).toContain(option);
    for (const format of ['github', 'sarif']) expect(Object.keys(command.reporters)).toContain(format);
  });
});

test('.pre-commit-hooks.yaml lists a hook with all that it must have', () => {
  const hooks = load(read('.pre-commit-hooks.yaml'));
  expect(hooks).toMatchObject([
    { id: 'meshscope-analyze', name: expect.any(String), entry: 'meshscope analyze', language: 'node' },
  ]);
});

describe('docs/analyze.md', () => {
  const text = read('docs/analyze.md');

  test('names options and formats that exist', () => {
    const foreign = new Set(['--yes']);
    for (const option of optionsIn(text).filter((one) => !foreign.has(one)))
      expect(OPTIONS).toContain(option);
    for (const [, format = ''] of text.matchAll(/--report ([a-z]+)=/g))
      expect(Object.keys(command.reporters)).toContain(format);
  });

  test('has YAML that can be read', () => {
    const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    expect(blocks.length).toBeGreaterThan(2);
    for (const block of blocks) expect(() => load(block)).not.toThrow();
  });
});
