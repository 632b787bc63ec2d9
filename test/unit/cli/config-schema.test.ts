import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { load, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { configSchema, ruleSchema } from '../../../src/cli/config-schema.ts';
import { ROOT } from '../../helpers/run.ts';

const ajv = new Ajv({ strict: false });
const isConfig = ajv.compile(configSchema());
const isRule = ajv.compile(ruleSchema());

function yamlBlocks(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

describe('the JSON Schema of the configuration file', () => {
  test('accepts every example of its page', () => {
    const blocks = yamlBlocks('docs/configuration.md');
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks)
      expect(isConfig(load(block)) ? '' : ajv.errorsText(isConfig.errors), block).toBe('');
  });

  test.each([
    { profile: 'sci' },
    { severity: { IST1: 'off' } },
    { severity: { IST0118: 'fatal' } },
    { suppress: [{ code: 'IST0102' }] },
    { plugins: './x.js' },
    { nothing: 1 },
    { color: 'blue' },
  ])('refuses %j', (value) => {
    expect(isConfig(value)).toBe(false);
  });

  test('accepts options by both of their names, and an empty file', () => {
    expect(isConfig({ allNamespaces: true, 'all-namespaces': true, timeout: '10s', output: 'json' })).toBe(
      true,
    );
    expect(isConfig(null)).toBe(true);
  });
});

describe('the JSON Schema of a rule', () => {
  test('accepts the rules of the docs and refuses one without an expression', () => {
    const [shown = ''] = yamlBlocks('docs/plugins.md');
    const shipped = readFileSync(join(ROOT, 'docs/plugins/rules/team-label.yaml'), 'utf8');
    for (const rule of [...loadAll(shown), ...loadAll(shipped)])
      expect(isRule(rule) ? '' : ajv.errorsText(isRule.errors)).toBe('');
    const rule = load(shown) as { spec: { expr?: string } };
    delete rule.spec.expr;
    expect(isRule(rule)).toBe(false);
  });
});
