// Starting other programs from the project's scripts: no shell, output passed through or captured.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program in the repository's root with this terminal's streams; answers its exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}

/** Runs a program and captures what it prints: `{ code, stdout, stderr }`. */
export function capture(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', (piece) => stdout.push(piece));
    child.stderr.on('data', (piece) => stderr.push(piece));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
  });
}

/** Path of a program that a development dependency installed. */
export function tool(name) {
  return `${ROOT}node_modules/.bin/${name}`;
}

/** Runs programs one after the other and ends this process with the first code that is not 0. */
export async function runAll(steps) {
  for (const [program, args] of steps) {
    const code = await run(program, args);
    if (code !== 0) process.exit(code);
  }
}
