import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { repositoryPath } from './servers/part.ts';

/** The CLI as it is shipped: bundled with split chunks, run as a process of its own. */
export class BuiltCli {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Bundles the CLI into a temporary folder; the caller removes `folder`. */
  static async build(): Promise<BuiltCli> {
    const folder = mkdtempSync(join(tmpdir(), 'built-cli-'));
    await build({
      entryPoints: { main: repositoryPath('src/main.ts') },
      outdir: join(folder, 'dist'),
      bundle: true,
      splitting: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      absWorkingDir: repositoryPath(),
      banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
      logLevel: 'silent',
    });
    cpSync(repositoryPath('package.json'), join(folder, 'package.json'));
    return new BuiltCli(folder);
  }

  /** Starts it with these arguments; `env` adds to the environment. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
    const all = [join(this.folder, 'dist/main.js'), ...args];
    const child = spawn(process.execPath, all, {
      cwd: this.folder,
      env: { ...process.env, HOME: this.folder, KUBECONFIG: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new RunningCli(child);
  }
}

/** What a process printed and how it ended. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** When it had ended, as `performance.now()`. */
  readonly ended: number;
}

/** A running CLI. */
export class RunningCli {
  readonly result: Promise<CliResult>;
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('utf8');
    });
    this.result = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) =>
        resolve({ code, stdout: this.stdout, stderr: this.stderr, ended: performance.now() }),
      );
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ctrl-C; answers when it was pressed, as `performance.now()`. */
  interrupt(): number {
    this.child.kill('SIGINT');
    return performance.now();
  }
}
