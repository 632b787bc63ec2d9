import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/cli/completion.ts';
import { completionScript, SHELLS } from '../../../src/cli/completion-scripts.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import { run } from '../../helpers/run.ts';

const live = {
  proxies: async () => ['cart-v1-0.shop', 'ledger-v1-0.payments'],
  namespaces: async () => ['payments', 'shop'],
  deployments: async () => ['deploy/cart-v1.shop'],
  services: async () => ['cart.shop', 'ledger.payments'],
  codes: async () => ['IST0001', 'IST0144'],
  analyzers: async () => ['schema.FieldsAnalyzer', 'service.PortNameAnalyzer'],
  objects: async () => ['virtualservice/cart.shop'],
};

/** Completion of the last word of a line; a line that ends in a blank completes a new word. */
function at(line: string): ReturnType<typeof complete> {
  return complete(COMMANDS, line.split(' ').slice(1), live);
}

describe('complete', () => {
  test.each([
    ['meshscope proxy-s', ['proxy-status']],
    ['meshscope expl', ['explain']],
    ['meshscope -n shop expl', ['explain']],
    ['meshscope proxy-config clu', ['cluster']],
    ['meshscope x proxy-config clu', ['cluster']],
    ['meshscope explain IST01', ['IST0144']],
    ['meshscope explain IST0144 IST0', ['IST0001', 'IST0144']],
    ['meshscope explain --col', ['--color']],
    ['meshscope --istioN', ['--istioNamespace']],
    ['meshscope explain --color a', ['always', 'auto']],
    ['meshscope explain --color=a', ['--color=always', '--color=auto']],
    ['meshscope explain -o j', ['json']],
    ['meshscope explain --strict=', ['--strict=false', '--strict=true']],
    ['meshscope proxy-config cluster c', ['cart-v1-0.shop']],
    ['meshscope proxy-status -n sh', ['shop']],
    ['meshscope -n p', ['payments']],
    ['meshscope nonsense', []],
    ['meshscope pc cluster --direction o', ['outbound']],
    ['meshscope pc endpoint --status=un', ['--status=unhealthy', '--status=unknown']],
    ['meshscope pc listener --type H', ['HTTP', 'HTTP+TCP']],
    ['meshscope completion p', ['pwsh']],
    ['meshscope bug-report ', ['reveal', 'scan', 'verify']],
    ['meshscope bug-report --dry-run s', ['scan']],
    ['meshscope x internal-debug sy', ['syncz']],
    ['meshscope describe service ca', ['cart.shop']],
    ['meshscope pc cluster dep', ['deploy/cart-v1.shop']],
    ['meshscope pc cluster deploy/', ['deploy/cart-v1.shop']],
    ['meshscope pc cluster --from d', ['demo', 'demo-ambient']],
    ['meshscope analyze --analyzer ser', ['service.PortNameAnalyzer']],
    ['meshscope graph --impact virt', ['virtualservice/cart.shop']],
    ['meshscope graph --from-object=virt', ['--from-object=virtualservice/cart.shop']],
    ['meshscope --from=de', ['--from=demo', '--from=demo-ambient']],
  ])('%s', async (line, words) => {
    expect(await at(line)).toEqual({ words, files: false });
  });

  test.each([
    'meshscope --from ',
    'meshscope proxy-config cluster --file x',
    'meshscope version --config=',
    'meshscope analyze --crds ',
    'meshscope analyze --baseline ',
    'meshscope bug-report --resume ',
    'meshscope -c ',
  ])('%s leaves file names to the shell', async (line) => {
    expect(await at(line)).toEqual({ words: [], files: true });
  });

  test('hidden commands are not offered', async () => {
    expect((await at('meshscope ')).words).not.toContain('__complete');
    expect((await at('meshscope __')).words).toEqual([]);
  });
});

describe('__complete', () => {
  test('offers the proxies and namespaces of the mesh that the line names', async () => {
    const proxies = await run(['__complete', '--', 'proxy-config', 'cluster', '--from', 'demo', 'cart']);
    expect(proxies).toEqual({ stdout: 'cart-v1-db9689b57-djzwj.shop\n', stderr: '', exitCode: 0 });
    const namespaces = await run(['__complete', '--', 'proxy-status', '--from=demo', '-n', 'pay']);
    expect(namespaces.stdout).toBe('payments\n');
    const deployments = await run(['__complete', '--', 'pc', 'cluster', '--from=demo', 'deploy/c']);
    expect(deployments.stdout).toMatch(/^deploy\/cart-v1\.shop$/m);
  });

  test('offers the objects of a kind, by the word that was typed for it', async () => {
    const objects = await run(['__complete', '--', 'graph', '--from', 'demo', '--impact', 'vs/ca']);
    expect(objects.stdout.split('\n')).toContain('vs/cart.shop');
    const kinds = await run(['__complete', '--', 'graph', '--from', 'demo', '--impact', 'secr']);
    expect(kinds.stdout.split('\n')).toContain('secret/shop-cert.edge');
    const none = await run(['__complete', '--', 'graph', '--from', 'demo', '--impact', 'nonsense/x']);
    expect(none).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  test('takes the mesh from MESHSCOPE_FROM', async () => {
    const { stdout } = await run(['__complete', '--', 'proxy-status', 'cart'], {
      env: { MESHSCOPE_FROM: 'demo' },
    });
    expect(stdout).toBe('cart-v1-db9689b57-djzwj.shop\n');
  });

  test.each(['missing-folder', '-', 'package.json'])(
    'says nothing when the mesh cannot be read (%s)',
    async (from) => {
      const answer = await run(['__complete', '--', 'proxy-status', '--from', from, 'c']);
      expect(answer).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    },
  );
});

describe('completion', () => {
  test.each(SHELLS)('prints the script of %s', async (shell) => {
    const { stdout, exitCode } = await run(['completion', shell]);
    expect({ stdout, exitCode }).toEqual({ stdout: completionScript(shell), exitCode: 0 });
    expect(stdout).toContain('__complete');
  });

  test('of an unknown shell is a usage error that names the nearest', async () => {
    const { stderr, exitCode } = await run('completion bas');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('near  bash');
  });
});

describe('the script for bash', () => {
  const hasBash = spawnSync('bash', ['--version']).status === 0;
  /** Stands for the program: says what it was asked. */
  const PROGRAM = 'meshscope() { echo "$*"; }';

  test.skipIf(!hasBash).each([
    ['meshscope pc clu', '__complete -- pc clu'],
    ['meshscope pc ', '__complete -- pc '],
    [`meshscope ps --from "demo" -n 'shop' ca`, '__complete -- ps --from demo -n shop ca'],
  ])('%s: asks the program, without quotes', (line, asked) => {
    const script = `${PROGRAM}
${completionScript('bash')}
COMP_LINE=$1 COMP_POINT=\${#1}
_meshscope_complete
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', line], {
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual([`${asked}\n`, '']);
  });
});
