import { chmodSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { BROKEN_ROUTE, folderWith, put, SERVICE, WRONG_USER } from '../helpers/ci-folder.ts';
import { run } from '../helpers/run.ts';

/** A program on PATH that writes down how it was started and prints what a real one would. */
function program(
  cwd: string,
  name: string,
  said: { readonly out?: string; readonly err?: string; readonly code?: number },
) {
  const text = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
writeFileSync(${JSON.stringify(join(cwd, `${name}.started`))},
  JSON.stringify({ args: process.argv.slice(2), kubeconfig: process.env.KUBECONFIG }));
process.stdout.write(${JSON.stringify(said.out ?? '')});
process.stderr.write(${JSON.stringify(said.err ?? '')});
process.exitCode = ${said.code ?? 0};
`;
  put(cwd, `bin/${name}`, text);
  chmodSync(join(cwd, 'bin', name), 0o755);
}

function started(cwd: string, name: string): { args: string[]; kubeconfig: string } {
  return JSON.parse(readFileSync(join(cwd, `${name}.started`), 'utf8'));
}

async function inFolder(line: readonly string[], cwd: string) {
  const env = { PATH: join(cwd, 'bin'), KUBECONFIG: join(cwd, 'no-kubeconfig') };
  const result = await run(line, { cwd, env });
  return { ...result, places: line.includes('json') ? placesOf(result.stdout) : [] };
}

function placesOf(stdout: string): readonly (readonly unknown[])[] {
  const all = JSON.parse(stdout) as { code: string; reference?: string; line?: number }[];
  return all
    .filter(({ code }) => code === 'IST0101' || code === 'IST0144')
    .map(({ code, reference, line }) => [code, reference, line]);
}

function withOrigin(resource: string, origin: string): string {
  const lines = origin.split('\n').map((line) => `      ${line}\n`);
  const note = `metadata:\n  annotations:\n    config.kubernetes.io/origin: |\n${lines.join('')}`;
  return resource.replace('metadata:\n', note);
}

describe('--helm', () => {
  const RENDERED = [
    `---\n# Source: shop-chart/templates/route.yaml\n${BROKEN_ROUTE}`,
    `---\n# Source: shop-chart/charts/app/templates/app.yaml\n${WRONG_USER}`,
    `---\n# Source: shop-chart/templates/service.yaml\n${SERVICE}`,
  ].join('');

  test('findings name the template inside the chart, without a line', async () => {
    const cwd = folderWith({ 'charts/shop/Chart.yaml': 'name: shop-chart\n' });
    program(cwd, 'helm', { out: RENDERED });
    const { places, exitCode, stderr } = await inFolder(
      ['analyze', '--helm', 'charts/shop', '-o', 'json'],
      cwd,
    );
    expect([exitCode, stderr]).toEqual([79, '']);
    expect(places).toEqual([
      ['IST0101', 'charts/shop/templates/route.yaml', undefined],
      ['IST0144', 'charts/shop/charts/app/templates/app.yaml', undefined],
    ]);
  });

  test('no format makes up a line', async () => {
    const cwd = folderWith({ 'shop/Chart.yaml': 'name: shop-chart\n' });
    program(cwd, 'helm', { out: RENDERED });
    const output = async (format: string) =>
      (await inFolder(['analyze', '--helm', 'shop', '-o', format], cwd)).stdout;
    expect(await output('github')).toContain('::error file=shop/templates/route.yaml,title=IST0101');
    expect(await output('sarif')).not.toContain('region');
    expect(await output('log')).toMatch(/IST0101 .* shop\/templates\/route\.yaml$/m);
    expect(await output('markdown')).toContain('shop/templates/route.yaml |');
    const compat = await inFolder(['analyze', '--helm', 'shop', '--compat', '-n', 'shop'], cwd);
    expect(compat.stdout).toContain('shop/templates/route.yaml)');
  });

  test('helm gets the chart, namespace and values as whole paths, and no kubeconfig', async () => {
    const cwd = folderWith({ 'shop/Chart.yaml': '', 'a.yaml': '', '-b.yaml': '' });
    program(cwd, 'helm', { out: RENDERED });
    await inFolder(
      ['analyze', '--helm', 'shop', '--values', 'a.yaml', '--values=-b.yaml', '-n', 'shop'],
      cwd,
    );
    expect(started(cwd, 'helm')).toEqual({
      args: [
        'template',
        join(cwd, 'shop'),
        '--include-crds',
        '--namespace=shop',
        `--values=${join(cwd, 'a.yaml')}`,
        `--values=${join(cwd, '-b.yaml')}`,
      ],
      kubeconfig: devNull,
    });
  });

  test('a source that leads out of the chart, and text without one, have the place in what was rendered', async () => {
    const cwd = folderWith({ 'shop/Chart.yaml': '' });
    const analyzeShop = ['analyze', '--helm', 'shop', '-o', 'json'];
    program(cwd, 'helm', { out: `---\n# Source: shop/../../etc/passwd\n${BROKEN_ROUTE}` });
    expect((await inFolder(analyzeShop, cwd)).places).toEqual([['IST0101', 'helm shop (rendered):14', 14]]);
    program(cwd, 'helm', { out: `# Source: shop/templates/a.yaml\n${BROKEN_ROUTE}` });
    expect((await inFolder(analyzeShop, cwd)).places).toEqual([['IST0101', 'helm shop (rendered):13', 13]]);
  });

  test('a chart or values that do not exist are named, and helm is not started', async () => {
    const cwd = folderWith({ 'shop/Chart.yaml': '' });
    program(cwd, 'helm', { out: RENDERED });
    const chart = await inFolder(['analyze', '--helm', 'repo/shop'], cwd);
    expect([chart.exitCode, chart.stderr]).toEqual([
      66,
      'error: there is no file repo/shop\n  next  helm template repo/shop | meshscope analyze -\n',
    ]);
    const values = await inFolder(['analyze', '--helm', 'shop', '--values', 'no.yaml'], cwd);
    expect([values.exitCode, values.stderr]).toEqual([66, 'error: there is no file no.yaml\n']);
    expect(() => started(cwd, 'helm')).toThrow('ENOENT');
  });

  test('a chart that can not be rendered: what helm said last, with nothing that steers a terminal', async () => {
    const cwd = folderWith({ 'shop/Chart.yaml': '' });
    program(cwd, 'helm', { err: 'one\ntwo\nthree\nError: \u001b[31mbad template\n', code: 1 });
    const { exitCode, stdout, stderr } = await inFolder(['analyze', '--helm', 'shop'], cwd);
    expect([exitCode, stdout]).toEqual([65, '']);
    expect(stderr).toBe(
      `error: helm template ${join(cwd, 'shop')} failed with exit code 1\n` +
        '  helm  two\n  helm  three\n  helm  Error: \\x1b[31mbad template\n',
    );
  });

  test('without helm the run ends with 69 and says how to do without it', async () => {
    const cwd = folderWith({ 'shop/Chart.yaml': '' });
    const { exitCode, stderr } = await inFolder(['analyze', '--helm', 'shop'], cwd);
    expect(exitCode).toBe(69);
    expect(stderr).toBe(
      'error: --helm needs helm, which is not installed\n' +
        '  next  install it, or render elsewhere and pipe: helm template shop | meshscope analyze -\n',
    );
  });
});

describe('--kustomize', () => {
  test('the origin that kustomize notes is named; of others the place in what was rendered', async () => {
    const cwd = folderWith({ 'over/kustomization.yaml': '', 'other.yaml': SERVICE });
    program(cwd, 'kustomize', {
      out: [
        withOrigin(BROKEN_ROUTE, 'path: ../base/route.yaml'),
        withOrigin(BROKEN_ROUTE.replace('name: checkout', 'name: far'), 'path: a.yaml\nrepo: https://x/y'),
        withOrigin(BROKEN_ROUTE.replace('name: checkout', 'name: made'), 'configuredIn: kustomization.yaml'),
        BROKEN_ROUTE.replace('name: checkout', 'name: plain'),
      ].join('---\n'),
    });
    const { places } = await inFolder(['analyze', 'other.yaml', '--kustomize', 'over', '-o', 'json'], cwd);
    expect(places).toEqual([
      ['IST0101', 'base/route.yaml', undefined],
      ['IST0101', 'kustomize over (rendered):32', 32],
      ['IST0101', 'over/kustomization.yaml', undefined],
      ['IST0101', 'kustomize over (rendered):61', 61],
    ]);
  });

  test('a folder that begins with - never becomes an option', async () => {
    const cwd = folderWith({ '--enable-exec/kustomization.yaml': '' });
    program(cwd, 'kustomize', { out: SERVICE });
    const { exitCode } = await inFolder(['analyze', '--kustomize=--enable-exec'], cwd);
    expect(exitCode).toBe(0);
    expect(started(cwd, 'kustomize').args).toEqual(['build', join(cwd, '--enable-exec')]);
  });

  test('where only kubectl is installed, it builds', async () => {
    const cwd = folderWith({ 'over/kustomization.yaml': '' });
    program(cwd, 'kubectl', { out: BROKEN_ROUTE });
    const { places } = await inFolder(['analyze', '--kustomize', 'over', '-o', 'json'], cwd);
    expect(places).toEqual([['IST0101', 'kustomize over (rendered):12', 12]]);
    expect(started(cwd, 'kubectl').args).toEqual(['kustomize', join(cwd, 'over')]);
  });

  test('without either program the run ends with 69; an address is no folder', async () => {
    const cwd = folderWith({ 'over/kustomization.yaml': '' });
    const { exitCode, stderr } = await inFolder(['analyze', '--kustomize', 'over'], cwd);
    expect(exitCode).toBe(69);
    expect(stderr).toContain('neither is installed');
    expect((await inFolder(['analyze', '--kustomize', 'https://shop.example/x'], cwd)).exitCode).toBe(66);
  });

  test('validate checks what is rendered, too', async () => {
    const cwd = folderWith({ 'over/kustomization.yaml': '' });
    program(cwd, 'kustomize', { out: BROKEN_ROUTE.replace('hosts:', 'host:') });
    const { exitCode, stdout } = await inFolder(['validate', '--kustomize', 'over'], cwd);
    expect(exitCode).toBe(79);
    expect(stdout).toContain('kustomize over (rendered):7:3');
  });
});

test('what is rendered goes over a mesh only when one is named', async () => {
  const cwd = folderWith({ 'over/kustomization.yaml': '' });
  program(cwd, 'kustomize', { out: BROKEN_ROUTE });
  const alone = await inFolder(['analyze', '--kustomize', 'over'], cwd);
  expect(alone.stdout).toContain('in kustomize over  1 resource');
  const over = await inFolder(['analyze', '--kustomize', 'over', '--from', 'demo', '--diff'], cwd);
  expect(over.stdout).not.toContain(' 1 resource\n');
  const cluster = await inFolder(['analyze', '--kustomize', 'over', '--use-kube'], cwd);
  expect(cluster.stderr).toContain('no-kubeconfig');
});

test('values without a chart and a revision to compare with are wrong usage', async () => {
  const cwd = folderWith({ 'over/kustomization.yaml': '' });
  for (const args of [
    ['--values', 'a.yaml'],
    ['--kustomize', 'over', '--changed-since', 'main'],
  ])
    expect((await inFolder(['analyze', ...args], cwd)).exitCode, args.join(' ')).toBe(64);
});

test('a program that takes too long is ended with the run', async () => {
  const cwd = folderWith({ 'over/kustomization.yaml': '' });
  put(cwd, 'bin/kustomize', '#!/bin/sh\necho $$ > pid\nexec /bin/sleep 60\n');
  chmodSync(join(cwd, 'bin/kustomize'), 0o755);
  const { exitCode, stderr } = await inFolder(['analyze', '--kustomize', 'over', '--timeout', '1s'], cwd);
  expect(exitCode).toBe(69);
  expect(stderr).toContain('no answer within 1s');
  const pid = Number(readFileSync(join(cwd, 'pid'), 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
});
