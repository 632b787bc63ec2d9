import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { STEERING } from '../../src/util/text.ts';
import { ROOT, type RunOptions, type RunResult, run } from '../helpers/run.ts';

const CONTROL = new RegExp(
  `[\\u0000-\\u0008\\u000b-\\u001a\\u001c-\\u001f${STEERING}]|\\[object |undefined|NaN`,
);
const ESCAPE = '\u001b';
const NAMES = COMMANDS.commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name);

const folder = mkdtempSync(join(tmpdir(), 'every-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** A snapshot of a cluster of which nothing was recorded. */
const bare = join(folder, 'bare');
mkdirSync(join(bare, 'clusters/demo'), { recursive: true });
const index = JSON.parse(readFileSync(join(ROOT, 'fixtures/meshes/shop/snapshot.json'), 'utf8'));
writeFileSync(join(bare, 'snapshot.json'), JSON.stringify({ ...index, contents: [] }));

const POD = 'cart-v1-db9689b57-djzwj.shop';
const OTHER = 'catalog-v1-c7b46b69c-vg8mx.shop';

/** Words with which a command gets as far as the mesh. */
const REACHING: Readonly<Record<string, readonly string[]>> = {
  'internal-debug': ['syncz'],
  'describe service': ['cart.shop'],
  'proxy-config path': [POD, 'catalog.shop.svc.cluster.local:80'],
  'proxy-config diff': [POD, OTHER],
  'rootca-compare': [POD, OTHER],
  'proxy-config rootca-compare': [POD, OTHER],
  wait: ['virtualservice/cart.shop'],
  metrics: ['cart-v1.shop'],
  'workload entry configure': ['--name', 'a', '-n', 'shop', '-o', folder],
  diff: ['demo'],
  explain: ['IST0101'],
  completion: ['bash'],
};
/** Nothing, and what gets as far as the mesh. */
const linesOf = (name: string): (readonly string[])[] => [[], REACHING[name] ?? [POD]];

/** What every run owes whoever made it: no crash, no stack, no control characters, an end. */
async function tried(words: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  // What writes a file writes it there.
  const result = await run([...words, '--timeout', '5s'], { cwd: folder, ...options });
  const line = `meshscope ${JSON.stringify(words)}`;
  const { stdout, stderr, exitCode } = result;
  expect(exitCode, `${line}\n${stderr}`).not.toBe(70);
  expect(stdout + stderr, line).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(CONTROL.exec(stdout + stderr)?.input.slice(0, 2000), line).toBeUndefined();
  if (options.tty === undefined) expect(stdout + stderr, line).not.toContain(ESCAPE);
  if (exitCode !== 0) expect(stdout + stderr, line).not.toBe('');
  return result;
}

const ODD = [
  '-x',
  '--',
  '\u001b[2J\u202e',
  '__proto__',
  'constructor.__proto__',
  '../../etc/passwd',
  '',
  'a'.repeat(5000),
  'pod/',
  '/x',
  'x.',
  '.x',
  'deploy/-x.-y',
  'ns/a/b',
];

describe.each(NAMES)('%s', (name) => {
  const words = name.split(' ');
  const demo = ['--from', 'demo'];

  it('without arguments, with too many, and with unknown options', async () => {
    await tried([...words, ...demo]);
    await tried([...words, 'a', 'b', 'c', 'd', 'e', ...demo]);
    expect((await tried([...words, '--no-such-option', ...demo])).exitCode).toBe(64);
    expect((await tried([...words, '-o', 'xml', ...demo])).exitCode).toBe(64);
  });

  it.each(ODD)('with the name %j', async (odd) => {
    await tried([...words, odd, ...demo]);
    await tried([...words, odd, odd, ...demo]);
    await tried([...words, '-n', odd, ...demo]);
  });

  it.each([10, 20, 40])('%i columns wide', async (columns) => {
    for (const args of [
      [],
      ['cart-v1-db9689b57-djzwj.shop'],
      ['cart-v1-db9689b57-djzwj.shop', '--compat'],
      ['--help'],
    ]) {
      await tried([...words, ...args, ...demo], { tty: { columns } });
      await tried([...words, ...args, ...demo], { tty: { columns }, env: { NO_COLOR: '1' } });
    }
  });

  it.each(['json', 'yaml'])('prints whole %s and nothing else', async (format) => {
    for (const args of [...linesOf(name), ['-A']]) {
      for (const from of ['demo', 'demo-ambient', bare]) {
        const { stdout } = await tried([...words, ...args, '-o', format, '--from', from]);
        if (stdout !== '')
          expect(
            () => (format === 'json' ? JSON.parse(stdout) : load(stdout)),
            `${args} ${from}`,
          ).not.toThrow();
      }
    }
  });

  it('on a snapshot that lacks everything, on a file that is none, on nothing', async () => {
    for (const args of [...linesOf(name), ['-A'], ['--strict'], ['--compat']]) {
      await tried([...words, ...args, '--from', bare]);
      await tried([...words, ...args, '--from', join(folder, 'none')]);
      await tried([...words, ...args, '--from', '/dev/null']);
    }
  });

  it('without a kubeconfig, with a broken one, and with one whose server is away', async () => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, '{"clusters": [{');
    const away = join(folder, 'away');
    writeFileSync(
      away,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'u', user: { token: 'Zq-hidden-token' } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'c',
      }),
    );
    for (const config of [join(folder, 'none'), broken, away]) {
      for (const args of linesOf(name)) {
        const { stdout, stderr } = await tried([...words, ...args, '--kubeconfig', config], { cwd: folder });
        expect(stdout + stderr).not.toContain('Zq-hidden');
      }
    }
  });
});
