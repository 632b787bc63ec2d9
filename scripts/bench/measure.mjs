// Measuring programs against each other: runs interleaved, so that a busy machine slows all of them alike.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../lib/run.mjs';

const PROBE = join(ROOT, 'scripts/bench/probe.cjs');

/**
 * Runs each of `programs` (arguments of node) `rounds` times in turn and answers, by name, the median of the user CPU
 * time (ms), of the time by the clock (ms) and of the peak memory (bytes). Each must end with one of `codes`.
 */
export async function measure(programs, rounds, folder, codes = [0]) {
  const samples = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(programs))
      samples[name].push(await runOnce(args, folder, codes));
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [
      name,
      {
        userMs: median(list.map((one) => one.userMs)),
        wallMs: median(list.map((one) => one.wallMs)),
        rssBytes: median(list.map((one) => one.rssBytes)),
      },
    ]),
  );
}

async function runOnce(args, folder, codes) {
  const result = join(folder, 'probe.json');
  const start = performance.now();
  const env = { ...process.env, BENCH_PROBE: result, NO_COLOR: '1' };
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--require', PROBE, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (!codes.includes(code)) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  const wallMs = performance.now() - start;
  return { ...JSON.parse(await readFile(result, 'utf8')), wallMs };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
