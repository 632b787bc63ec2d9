import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ApiFront } from '../api-front.ts';
import { type Entry, openArchive } from '../archive-truth.ts';
import { describeLive } from '../bench.ts';
import { buildCli, CLI, type RunningCli, startCli } from '../built-cli.ts';
import { isAlive } from '../process-traces.ts';
import { onTerminal } from '../terminal.ts';

const ADMIN = 15000;
/** Some pages, as files of an archive and as requests. */
const PAGES = {
  'config_dump.json': '/config_dump?include_eds',
  'clusters.json': '/clusters?format=json',
  'listeners.json': '/listeners?format=json',
  'server_info.json': '/server_info',
  'certs.json': '/certs',
  'stats.prom': '/stats/prometheus',
};
/** Longest time from the signal to the end. */
const END_MS = 3_000;

describeLive('a bug report that is interrupted', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const shop = bench.proxies.filter(({ namespace }) => namespace === 'shop');
  let front: ApiFront | undefined;
  beforeAll(async () => {
    buildCli();
    front = await ApiFront.start(bench.kubeconfig, mkdtempSync(join(folder, 'front-')));
  });
  beforeEach(async () => {
    for (const pod of shop) await bench.setFault(pod, ADMIN, 'late');
  });
  afterEach(async () => {
    if (front !== undefined) front.treat = () => undefined;
    for (const pod of shop) await bench.setFault(pod, ADMIN, 'none');
  });
  afterAll(async () => {
    await front?.stop();
    rmSync(folder, { recursive: true });
  });

  /** A run that has asked the proxies a few of their questions. */
  async function inMiddle(name: string): Promise<{ readonly run: RunningCli; readonly path: string }> {
    const path = join(folder, name);
    for (const pod of shop) await bench.asked(pod, ADMIN);
    const run = startCli(['bug-report', '--output-file', path, '-o', 'json', '--concurrency', '2', ...live]);
    for (let asked = 0; asked < 12; await sleep(50)) {
      for (const pod of shop) asked += (await bench.asked(pod, ADMIN)).length;
      if (!isAlive(run.pid)) throw new Error(`it ended too soon: ${run.stderr}`);
    }
    return { run, path };
  }
  const partial = (): readonly string[] => readdirSync(folder).filter((name) => name.includes('partial'));
  const held = ({ status }: Entry): boolean => status === 'ok';

  it.each([
    ['Ctrl-C', ['SIGINT']],
    ['SIGTERM', ['SIGTERM']],
    ['Ctrl-C twice at once', ['SIGINT', 'SIGINT']],
    ['Ctrl-C that a wrapper passes on a moment later', ['SIGINT', 20, 'SIGINT']],
  ] as const)('by %s is a whole archive of what there was', async (name, signals) => {
    const { run, path } = await inMiddle(`${name}.tar.gz`);
    const pressed = performance.now();
    for (const signal of signals)
      if (typeof signal === 'number') await sleep(signal);
      else if (isAlive(run.pid)) process.kill(run.pid, signal);
    const { code, stdout, stderr, ended } = await run.result;
    process.stderr.write(`  ${name}: ended ${Math.round(ended - pressed)} ms later\n`);
    expect(code, stderr).toBe(130);
    expect(ended - pressed).toBeLessThan(END_MS);
    expect(run.isGroupAlive).toBe(false);
    expect(partial()).toEqual([]);
    expect((await startCli(['bug-report', 'verify', path]).result).code).toBe(0);
    const { entries, untrue } = openArchive(path);
    expect(untrue).toEqual([]);
    expect(entries.filter(held).length).toBeGreaterThan(50);
    const rest = entries.filter((entry) => entry.reason?.includes('it was interrupted'));
    expect(rest.length).toBeGreaterThan(20);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'BugReport', ended: 'it was interrupted' });
  });

  it('is completed by --resume, which asks for what is missing alone', { timeout: 120_000 }, async () => {
    const { run, path: half } = await inMiddle('half.tar.gz');
    run.interrupt();
    await run.result;
    const before = openArchive(half).entries;
    for (const pod of shop) {
      await bench.setFault(pod, ADMIN, 'none');
      await bench.asked(pod, ADMIN);
    }
    if (front === undefined) throw new Error('no front');
    const ofFront = ['--kubeconfig', front.kubeconfig];
    front.asked.splice(0);
    const path = join(folder, 'resumed.tar.gz');
    const resumed = await startCli(['bug-report', '--resume', half, '--output-file', path, ...ofFront])
      .result;
    expect(resumed.code, resumed.stderr).toBe(0);
    const lists = front.asked
      .filter((line) => /^GET .*\?.*limit=/.test(line))
      .map((line) => line.replace(/\?.*/, ''));
    const kinds = before
      .filter((entry) => held(entry) && entry.path.includes('/kubernetes/'))
      .map((entry) => /([^/]+)\.json$/.exec(entry.path)?.[1] ?? '')
      // Which pods there are now is asked in any case.
      .filter((kind) => kind !== 'pods');
    expect(kinds.length).toBeGreaterThan(20);
    for (const kind of kinds)
      expect(
        lists.filter((line) => line.endsWith(`/${kind}`)),
        kind,
      ).toEqual([]);
    for (const pod of shop) {
      const asked = await bench.asked(pod, ADMIN);
      for (const [file, request] of Object.entries(PAGES)) {
        const entry = before.find(({ path: at }) => at.endsWith(`/proxies/shop/${pod.name}/${file}`));
        if (entry !== undefined && held(entry))
          expect(asked, `${file} of ${pod.name}`).not.toContain(`GET ${request}`);
      }
    }
    const whole = join(folder, 'whole.tar.gz');
    expect((await startCli(['bug-report', '--output-file', whole, ...ofFront]).result).code).toBe(0);
    const content = (archive: string): readonly string[] =>
      openArchive(archive)
        // Real Envoys count on, leases are renewed, and a report tells its time.
        .entries.filter(({ path: at }) => !/\/load\/|\/leases\.json$|^report\//.test(at))
        .map(
          ({ path: at, question, status, reason, sha256 }) =>
            `${at} ${question} ${status} ${reason} ${sha256}`,
        );
    expect(content(path)).toEqual(content(whole));
  });

  it('by kill -9 leaves nothing under its name, and the next run is not disturbed', {
    timeout: 60_000,
  }, async () => {
    const { run, path } = await inMiddle('killed.tar.gz');
    run.kill();
    await run.result;
    expect(readdirSync(folder)).not.toContain('killed.tar.gz');
    const left = partial();
    expect(left).toEqual([`killed.tar.gz.${run.pid}.partial`]);
    const again = await startCli(['bug-report', '--output-file', path, ...live]).result;
    expect(again.code, again.stderr).toBe(0);
    expect((await startCli(['bug-report', 'verify', path]).result).code).toBe(0);
    expect(partial()).toEqual(left);
    rmSync(join(folder, left[0] ?? ''));
  });

  it('shows on a terminal that it is alive, at least once a second, and leaves a clean one', {
    timeout: 120_000,
  }, async () => {
    if (front === undefined) throw new Error('no front');
    // Slow at first: rights, then pods.
    let slow = 0;
    front.treat = (method, path) => {
      if (method !== 'POST' && !/\/pods\?/.test(path)) return undefined;
      slow += 1;
      return slow < 30 ? { delayMs: 1_500 } : undefined;
    };
    const args = [
      'bug-report',
      '--output-file',
      join(folder, 'shown.tar.gz'),
      '--kubeconfig',
      front.kubeconfig,
    ];
    const { code, stdout, stderr } = await onTerminal([CLI, ...args, '--concurrency', '2', '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'BugReport' });
    const drawn = stderr.filter(([, text]) => text.includes('\r\u001b[2K'));
    const times = [1, ...drawn.map(([at]) => at)];
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    process.stderr.write(`  drawn ${drawn.length} times, longest pause ${Math.max(...gaps).toFixed(2)} s\n`);
    expect(drawn.length).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeLessThan(1.3);
    const all = stderr.map(([, text]) => text).join('');
    // What is drawn last is taken away before notes, which stay.
    const screen = all
      .split('\n')
      .map((line) => line.slice(line.lastIndexOf('\u001b[2K')).replace('\u001b[2K', '').trim());
    for (const line of screen)
      expect(line === '' || /^(?:note|warning|error): |^ {2}/.test(line), line).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(all.replaceAll(/\r|\n|\u001b\[2K/g, '')).not.toMatch(/[\u0000-\u001f]/);
  });

  it('writes no control characters where there is no terminal', async () => {
    const args = ['bug-report', '--output-file', join(folder, 'plain.tar.gz'), ...live, '-o', 'json'];
    const { stdout, stderr } = await startCli(args).result;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'BugReport' });
  });
});
