import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program that the end-to-end tests need: where it is, or why this machine lacks it. */
export type Part =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A folder under `.cache/e2e`, made when it is not there. What it holds is named by version and may be kept. */
export function cacheFolder(...path: readonly string[]): string {
  const folder = join(ROOT, '.cache', 'e2e', ...path);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Path of a file in the repository. */
export function repositoryPath(...path: readonly string[]): string {
  return join(ROOT, ...path);
}

/** True when the file is there and may be executed. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program in the folder named by KUBEBUILDER_ASSETS (the convention of Kubernetes test environments) or on PATH. */
export function installedProgram(name: string, { onPath }: { readonly onPath: boolean }): string | undefined {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  const folders = [
    ...(assets ? [assets] : []),
    ...(onPath ? (process.env['PATH'] ?? '').split(delimiter) : []),
  ];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** What a program writes on stdout, or `undefined` when it fails. */
export function outputOf(command: string, args: readonly string[], cwd: string): string | undefined {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Runs a program to its end; the reason it failed (its last line on stderr), or `undefined` when it did not. */
export function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): string | undefined {
  const result = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) return `${command}: ${result.error.message}`;
  if (result.status === 0) return undefined;
  return `${command} ${args[0] ?? ''}: ${result.stderr.trim().split('\n').at(-1) ?? `exit ${result.status}`}`;
}
