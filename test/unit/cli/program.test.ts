import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { defineCommand } from '../../../src/cli/command.ts';
import { choice, duration, flag, integer, list, text } from '../../../src/cli/options.ts';
import { dataError, usageError } from '../../../src/util/errors.ts';
import { runTable, tableOf } from '../../helpers/memory-io.ts';

/** Prints what it was given, as JSON. */
const echo = defineCommand({
  name: 'mesh-config echo',
  description: 'Prints what it was given.',
  args: [{ name: 'word', description: 'anything', variadic: true }],
  options: {
    level: integer('-v, --verbosity <n>', 'how much', 0, { min: 0, max: 3 }),
    wide: flag('--wide', 'more columns'),
    live: flag('--live', 'with the mesh', true),
    hosts: list('--host <host>', 'only these'),
    every: duration('--every <duration>', 'how often', undefined),
    sort: choice('--sort <column>', 'order', ['name', 'age'], 'name'),
    fqdn: text('--fqdn <fqdn>', 'only this host'),
  },
  examples: [{ command: 'meshscope mesh-config echo a', explains: 'says a' }],
  stability: 'stable',
  needs: [],
  run: async ({ args, options }, { globals, format }) => ({ args, options, globals, format }),
  reporters: {
    table: async () => (answer) => JSON.stringify(answer),
    json: async () => (answer) => JSON.stringify(answer),
  },
});

const fails = (name: string, error: () => unknown) =>
  defineCommand({
    name,
    description: 'Fails.',
    args: [],
    options: {},
    examples: [],
    stability: 'stable',
    needs: [],
    run: async (): Promise<string> => {
      throw error();
    },
    reporters: { table: async () => () => '' },
  });

const gappy = defineCommand({
  name: 'gappy',
  description: 'Answers with a part missing.',
  args: [],
  options: { no: flag('--no-answer', 'says no') },
  examples: [],
  stability: 'stable',
  needs: [],
  run: async (_, context) => {
    for (let i = 0; i < 2; i++) context.gap({ what: 'istiod-2', why: 'timed out', next: 'try again' });
    return 'rest';
  },
  reporters: { table: async () => (answer) => `${answer}\n` },
});

/** Answers twice, more slowly than its `--timeout` in the test allows. */
const follow = defineCommand({
  name: 'follow',
  description: 'Answers again and again.',
  args: [],
  options: { watch: flag('--watch', 'until Ctrl-C') },
  examples: [],
  stability: 'stable',
  needs: [],
  runsUntilInterrupted: ({ options }) => options.watch,
  run: async function* (_, context) {
    for (const word of ['first', 'second']) {
      await sleep(60);
      if (context.signal.aborted) throw context.signal.reason;
      yield word;
    }
  },
  reporters: { table: async () => (answer) => `${answer}\n` },
});

const table = tableOf(
  echo,
  gappy,
  follow,
  fails('broken', () => new TypeError('x is undefined\nsecond line')),
  fails('unreadable', () =>
    dataError('dump.json:3:4: not valid JSON', { lines: [['near', '{,']], hint: 'save it again' }),
  ),
  fails('misused', () => usageError('nothing to compare')),
);

interface Echoed {
  readonly args: readonly string[];
  readonly options: Record<string, unknown>;
  readonly globals: Record<string, unknown>;
  readonly format: string;
}

async function echoed(line: string, options: Parameters<typeof runTable>[2] = {}): Promise<Echoed> {
  const { stdout, stderr, exitCode } = await runTable(table, line.split(' '), options);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(stdout) as Echoed;
}

const folder = mkdtempSync(join(tmpdir(), 'meshscope-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('options', () => {
  test.each([
    ['--wide', { wide: true }],
    ['--wide=true', { wide: true }],
    ['--wide=false', { wide: false }],
    ['--no-wide', { wide: false }],
    ['--live=false', { live: false }],
    ['--live=0', { live: false }],
    ['-v 2', { level: 2 }],
    ['-v=1', { level: 1 }],
    ['--verbosity=3', { level: 3 }],
    ['--host a,b --host c', { hosts: ['a', 'b', 'c'] }],
    ['--every 1m30s', { every: 90_000 }],
    ['--sort age', { sort: 'age' }],
    ['--fqdn=a=b', { fqdn: 'a=b' }],
  ])('%s', async (line, expected) => {
    expect((await echoed(`mesh-config echo ${line}`)).options).toMatchObject(expected);
  });

  test('have their defaults when they are not given', async () => {
    expect((await echoed('mesh-config echo')).options).toEqual({
      level: 0,
      wide: false,
      live: true,
      hosts: [],
      sort: 'name',
    });
  });

  test('what stands behind -- is taken as it is', async () => {
    expect((await echoed('mesh-config echo -- --wide=false -x')).args).toEqual(['--wide=false', '-x']);
  });

  test.each([
    ['-v 4', 'is not a whole number from 0 to 3'],
    ['-v x', 'is not a whole number'],
    ['--every soon', 'is not a duration'],
    ['--sort nam', 'near  name'],
    ['-o jsn', 'near  json'],
    ['--wid', 'near  --wide'],
    ['--fqdn', 'argument missing'],
  ])('%s is a usage error that helps', async (line, words) => {
    const { stderr, stdout, exitCode } = await runTable(table, `mesh-config echo ${line}`.split(' '));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 64 });
    expect(stderr).toContain(words);
  });
});

describe('global options', () => {
  test.each([
    '-n shop mesh-config echo a',
    'mesh-config -n shop echo a',
    'mesh-config echo a -n shop',
    'mesh-config echo --namespace=shop a',
  ])('stand anywhere: %s', async (line) => {
    const { globals, args } = await echoed(line);
    expect({ namespace: globals['namespace'], args }).toEqual({ namespace: 'shop', args: ['a'] });
  });

  test('-o before the command names the format', async () => {
    expect((await echoed('-o json mesh-config echo')).format).toBe('json');
    expect((await echoed('mesh-config echo -o short')).format).toBe('table');
  });

  test('come from the command line, else MESHSCOPE_*, else the configuration file, else the default', async () => {
    writeFileSync(
      join(folder, '.meshscope.yaml'),
      'namespace: from-file\ntimeout: 5s\nistioNamespace: istio-file\n',
    );
    const env = { MESHSCOPE_NAMESPACE: 'from-env', MESHSCOPE_ISTIO_NAMESPACE: 'istio-env' };
    const given = await echoed('mesh-config echo -n from-line', { cwd: folder, env });
    expect(given.globals).toMatchObject({
      namespace: 'from-line',
      istioNamespace: 'istio-env',
      timeout: 5000,
    });
    expect((await echoed('mesh-config echo', { cwd: folder, env })).globals['namespace']).toBe('from-env');
    expect((await echoed('mesh-config echo', { cwd: folder })).globals['namespace']).toBe('from-file');
    expect((await echoed('mesh-config echo')).globals).toMatchObject({ timeout: 30_000, strict: false });
  });

  test('a configuration file found by itself may not name other input', async () => {
    const other = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(other, '.meshscope.yaml'), 'from: ../elsewhere\n');
    const found = await runTable(table, ['mesh-config', 'echo'], { cwd: other });
    expect(found.exitCode).toBe(64);
    expect(found.stderr).toContain("can't be set by a file that was found by itself");
    const named = await echoed('mesh-config echo --config .meshscope.yaml', { cwd: other });
    expect(named.globals['from']).toBe('../elsewhere');
  });

  test.each([
    ['strict: true\nnamspace: x\n', 'odd.yaml:2:1: unknown option "namspace"\n  near  namespace\n  next  '],
    ['- a\n', 'odd.yaml:1:1: expected a mapping'],
    ['strict: true\na: [\n', 'odd.yaml:3:1: not valid YAML: '],
    ['a: b: c\n', '\n  next  write it as one mapping'],
    ['namespace: {a: b}\n', 'odd.yaml:1:1: the value of "namespace" is neither a word nor a list'],
    ['namespace: a\n---\nnamespace: b\n', 'odd.yaml holds several documents'],
  ])('a configuration file that says %j is refused', async (content, words) => {
    writeFileSync(join(folder, 'odd.yaml'), content);
    const { stderr, exitCode } = await runTable(table, ['mesh-config', 'echo', '--config', 'odd.yaml'], {
      cwd: folder,
    });
    expect(exitCode).toBe(65);
    expect(stderr).toContain(words);
  });

  test.each(['', '\n', '# nothing yet\n', '---\n'])(
    'a configuration file of %j sets nothing',
    async (content) => {
      const other = mkdtempSync(join(folder, 'empty-'));
      writeFileSync(join(other, '.meshscope.yaml'), content);
      expect((await echoed('mesh-config echo', { cwd: other })).globals).toMatchObject({ timeout: 30_000 });
    },
  );

  test('a configuration file that is named and missing is exit 66 with the nearest name', async () => {
    writeFileSync(join(folder, 'mesh.yaml'), 'namespace: shop\n');
    const argv = ['mesh-config', 'echo', '--config', 'mash.yaml'];
    const { stderr, exitCode } = await runTable(table, argv, { cwd: folder });
    expect(exitCode).toBe(66);
    expect(stderr).toMatch(
      /^error: there is no file mash.yaml\n {2}near {2}mesh.yaml.*\n {2}next {2}check the path/,
    );
  });

  test('-o has its default from MESHSCOPE_OUTPUT or the file where the command has that format', async () => {
    expect((await echoed('mesh-config echo', { env: { MESHSCOPE_OUTPUT: 'json' } })).format).toBe('json');
    expect((await echoed('mesh-config echo -o table', { env: { MESHSCOPE_OUTPUT: 'json' } })).format).toBe(
      'table',
    );
    expect((await echoed('mesh-config echo', { env: { MESHSCOPE_OUTPUT: 'short' } })).format).toBe('table');
    expect((await echoed('mesh-config echo', { env: { MESHSCOPE_OUTPUT: 'html' } })).format).toBe('table');
    const wrong = await runTable(table, ['mesh-config', 'echo'], { env: { MESHSCOPE_OUTPUT: 'jsn' } });
    expect(wrong).toMatchObject({ exitCode: 64, stdout: '' });
    expect(wrong.stderr).toContain('MESHSCOPE_OUTPUT: "jsn" is not supported');
  });

  test('a variable that sets nothing is named once, with the nearest', async () => {
    const env = { MESHSCOPE_NAMESPCE: 'shop', MESHSCOPE_STRICT: '1' };
    const { stderr, exitCode } = await runTable(table, ['mesh-config', 'echo'], { env });
    expect({ stderr, exitCode }).toEqual({
      stderr: 'note: MESHSCOPE_NAMESPCE is set, but no such option exists (near: MESHSCOPE_NAMESPACE)\n',
      exitCode: 0,
    });
  });
});

describe('commands', () => {
  test.each(['x mesh-config echo a', 'experimental mesh-config echo a', 'mc echo a'])(
    '%s is found',
    async (line) => {
      expect((await echoed(line)).args).toEqual(['a']);
    },
  );

  test.each([
    ['mesh-confg echo', 'error: unknown command "mesh-confg"', 'mesh-config'],
    ['mesh-config ecko', 'error: unknown command "mesh-config ecko"', 'echo'],
  ])('%s is unknown, and the nearest is named', async (line, message, near) => {
    const { stderr, exitCode } = await runTable(table, line.split(' '));
    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(new RegExp(`near +${near}`));
  });

  test.each([
    ['--namespce=shop', 'error: unknown option --namespce\n  near  --namespace'],
    [
      '--from demo',
      'error: no command is named, only --from demo\n  next  meshscope proxy-status --from demo',
    ],
    ['--frm demo', 'error: unknown option --frm in front of the command\n  near  --from'],
    ['--strikt gapy', 'error: unknown option --strikt in front of the command\n  near  --strict'],
    ['--no-strict -nshop gapy', 'error: unknown command "gapy"'],
    ['gappy one more', 'error: gappy takes no argument: one more is too much\n'],
  ])('%s is a usage error that helps', async (line, words) => {
    const { stdout, stderr, exitCode } = await runTable(table, line.split(' '));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 64 });
    expect(stderr).toContain(words);
  });
});

describe('help', () => {
  test('lists commands by group, without loading one', async () => {
    const loads = tableOf(echo, gappy);
    const untouched = {
      ...loads,
      commands: loads.commands.map((entry) => ({
        ...entry,
        load: () => Promise.reject(new Error('a command was loaded')),
      })),
    };
    for (const argv of [[], ['--help'], ['-h'], ['help']]) {
      const { stdout, exitCode } = await runTable(untouched, argv);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/Configuration:\n {2}mesh-config/);
    }
    for (const words of ['mesh-config --help', 'mesh-config help', 'help mesh-config']) {
      expect((await runTable(untouched, words.split(' '))).stdout, words).toContain('echo');
    }
  });

  test.each([
    ['mesh-config', 'echo', '--help'],
    ['help', 'mesh-config', 'echo'],
    ['mesh-config', 'help', 'echo'],
  ])('of a command: its options, those of every command, its examples (%s %s %s)', async (...argv) => {
    const { stdout, exitCode } = await runTable(table, argv);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: meshscope mesh-config echo');
    expect(stdout).toMatch(/Options:[\s\S]*--sort <column> +order \(name, age\) \[name\]/);
    expect(stdout).toMatch(/Options of every command:[\s\S]*--from <source>/);
    expect(stdout).toContain('# says a');
  });

  test('has its parts in the same order for a command without options of its own', async () => {
    const { stdout } = await runTable(table, ['broken', '--help']);
    expect(stdout.match(/^\S.*:$/gm)).toEqual(['Options of every command:']);
    expect(stdout).toContain('when to use colours (auto, always, never)');
  });
});

describe('exit codes and errors', () => {
  test('a failure of ours is 70: one line and what to do, the stack only with --verbose', async () => {
    const quiet = await runTable(table, ['broken']);
    expect(quiet).toMatchObject({ exitCode: 70, stdout: '' });
    expect(quiet.stderr).toBe(
      'error: unexpected failure in meshscope itself: x is undefined\n  next  run again with --verbose and report what it prints\n',
    );
    expect((await runTable(table, ['broken', '--verbose'])).stderr).toMatch(/\n {4}at /);
  });

  test('an error says what, details and the next step', async () => {
    expect(await runTable(table, ['unreadable'])).toEqual({
      stdout: '',
      stderr: 'error: dump.json:3:4: not valid JSON\n  near  {,\n  next  save it again\n',
      exitCode: 65,
    });
    expect((await runTable(table, ['misused'])).exitCode).toBe(64);
  });

  test('a missing part is a note; with --strict the exit code is 75', async () => {
    const plain = await runTable(table, ['gappy']);
    expect(plain).toEqual({
      stdout: 'rest\n',
      stderr: 'note: istiod-2: timed out (try again)\n',
      exitCode: 0,
    });
    expect((await runTable(table, ['gappy', '--strict'])).exitCode).toBe(75);
  });

  test('an interrupted run is 130', async () => {
    expect((await runTable(table, ['broken'], { signal: AbortSignal.abort() })).exitCode).toBe(130);
  });

  test('control characters of an error never reach the terminal', async () => {
    const { stderr } = await runTable(table, ['\u001b[31mred']);
    expect(stderr).toContain('\\x1b[31mred');
  });

  test("a line break in someone's own argument does not make a line of its own", async () => {
    const { stderr } = await runTable(table, ['mesh-config', 'echo', '--sort', 'na\nerror: x']);
    expect(stderr).toMatch(/^error: .*na\\nerror: x.*\n( {2}.*\n)*$/);
  });
});

test('--timeout ends a run that ends by itself, not one that goes on until Ctrl-C', async () => {
  const ended = await runTable(table, ['follow', '--timeout', '20ms']);
  expect(ended).toMatchObject({ stdout: '', exitCode: 69 });
  expect(ended.stderr).toContain('no answer within 0.02s');
  const followed = await runTable(table, ['follow', '--watch', '--timeout', '20ms']);
  expect(followed).toMatchObject({ stdout: 'first\nsecond\n', exitCode: 0 });
  const endless = await runTable(table, ['follow', '--timeout', '0']);
  expect(endless).toMatchObject({ stdout: 'first\nsecond\n', exitCode: 0 });
});
