import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BROKEN_ROUTE, folderWith, SERVICE, WRONG_USER } from '../helpers/ci-folder.ts';
import { sarifFaults } from '../helpers/published-schemas.ts';
import { ROOT, run } from '../helpers/run.ts';

/** A correct analyzer of somebody else, one that never ends and one that crashes. */
const PLUGIN = `const base = { description: 'Checks owners.', inputs: ['Service'], scope: 'object' };
const messages = { ACM0001: { name: 'NoOwner', level: 'warning', template: 'the Service {name} has <no> owner', why: 'Nobody answers & nobody asks.', fix: 'Add one.' } };
export default [
  { ...base, name: 'acme.Owner', codes: ['ACM0001'], messages, analyze: (context) => {
    for (const resource of context.all('Service')) context.report('ACM0001', { name: resource.metadata.name }, { resource, path: ['metadata', 'name'] });
  } },
  { ...base, name: 'zz.Endless', codes: ['ACM0001'], messages, analyze: () => { for (;;); } },
  { ...base, name: 'acme.Crash', codes: ['ACM0001'], messages, analyze: () => { throw new Error('no "owner" \\u0007'); } },
];
`;
const RULE = `apiVersion: meshscope.io/v1
kind: Rule
metadata: {name: owner}
spec:
  code: ACM0002
  level: error
  match: {kinds: [Service]}
  expr: has(object.metadata.labels) && "owner" in object.metadata.labels
  message: the Service {metadata.name} has <no> owner
  why: Nobody answers.
  fix: Add one.
`;
const FILES = {
  'config/route.yaml': BROKEN_ROUTE,
  'config/service.yaml': SERVICE,
  'config/app.yaml': WRONG_USER,
  'broken/unread.yaml': 'a: [',
  'broken/half.yaml': `${SERVICE}---\nkind: Service\n\tname: x\n`,
  'broken/template.yaml': 'kind: Service\nmetadata: {{ .Values.meta }}\n',
  'odd names/a#1,b:c & <d>.yaml': BROKEN_ROUTE,
  'plugin.mjs': PLUGIN,
  'rules/owner.yaml': RULE,
};
const INPUTS = join(ROOT, '..', 'shared', 'conformance', 'inputs');

/** Whatever a run can print: findings, none, unread documents, skipped analyzers, codes of others. */
const RUNS: readonly (readonly string[])[] = [
  ['--from', 'demo'],
  ['--from', join(ROOT, 'fixtures', 'meshes', 'ambient')],
  ['config'],
  ['config/service.yaml'],
  ['broken', 'config'],
  ['odd names'],
  ['config', '--plugin', './plugin.mjs', '--rules', 'rules', '--timeout', '3s'],
  ['config', '--from', 'demo', '--diff'],
  ...(existsSync(INPUTS) ? [[INPUTS, '-A']] : []),
];

describe('the published schema of SARIF', () => {
  const faultsOf = sarifFaults();

  test.each(RUNS)('%s %s', async (...args) => {
    const { stdout, stderr } = await run(['analyze', ...args, '-o', 'sarif'], { cwd: folderWith(FILES) });
    expect(stdout, stderr).not.toBe('');
    expect(faultsOf(JSON.parse(stdout))).toEqual([]);
  });

  test('it refuses what is wrong', () => {
    expect(faultsOf({ version: '2.1.0', runs: [{ results: [] }] })).not.toEqual([]);
  });
});
