import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { MAX_FILE_BYTES, tooLargeMessage } from '../../config/file-text.ts';
import { dataError, ExitCode, MeshscopeError } from '../../util/errors.ts';
import { readError } from './read-input.ts';

const run = promisify(execFile);
/** Lines of what a program said that are repeated: its reason comes last. */
const SAID_LINES = 3;

/** What is to be rendered, with the program that renders it. */
export interface RenderRequest {
  /** Folders with a kustomization. */
  readonly kustomize: readonly string[];
  /** Folder or archive of a chart. */
  readonly helm: string | undefined;
  /** Files with values of the chart: the last one wins. */
  readonly values: readonly string[];
  /** Namespace that the chart is rendered for. */
  readonly namespace: string;
}

/** Where programs and paths are looked for. */
export interface RenderOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What a program has rendered, and how findings call it. */
export interface RenderedConfig {
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly by: 'kustomize' | 'helm';
  /** The folder or archive, as it was named. */
  readonly of: string;
}

/**
 * Configuration as kustomize (else the one inside kubectl) and helm render it. Throws exit 66 for a path that does not
 * exist, 69 where the program is not installed, and 65 with its last words where it fails. Paths are handed over whole,
 * so none is taken for an option or for an address; no cluster is within reach of the programs.
 */
export async function renderConfig(
  { kustomize, helm, values, namespace }: RenderRequest,
  options: RenderOptions,
): Promise<readonly RenderedConfig[]> {
  const rendered: RenderedConfig[] = [];
  for (const folder of kustomize) rendered.push(await kustomized(folder, options));
  if (helm === undefined) return rendered;
  const chart = await existing(helm, options, `helm template ${helm} | meshscope analyze -`);
  const files: string[] = [];
  for (const file of values) files.push(`--values=${listItem(await existing(file, options))}`);
  const args = ['template', chart, '--include-crds', `--namespace=${namespace}`, ...files];
  const bytes = await output('helm', args, options);
  if (bytes === undefined)
    throw notInstalled(
      '--helm needs helm, which is not installed',
      `helm template ${helm} | meshscope analyze -`,
    );
  return [...rendered, { label: `helm ${helm} (rendered)`, bytes, by: 'helm', of: helm }];
}

async function kustomized(folder: string, options: RenderOptions): Promise<RenderedConfig> {
  const pipe = `kustomize build ${folder} | meshscope analyze -`;
  const path = await existing(folder, options, pipe);
  const bytes =
    (await output('kustomize', ['build', path], options)) ??
    (await output('kubectl', ['kustomize', path], options));
  if (bytes === undefined)
    throw notInstalled('--kustomize needs kustomize or kubectl: neither is installed', pipe);
  return { label: `kustomize ${folder} (rendered)`, bytes, by: 'kustomize', of: folder };
}

/** The whole path of what exists here. */
async function existing(path: string, { cwd }: RenderOptions, hint?: string): Promise<string> {
  const full = resolve(cwd, path);
  try {
    await stat(full);
    return full;
  } catch (error) {
    throw await readError(error, path, cwd, hint);
  }
}

/** A path for an option of helm, which splits its values at commas as CSV does. */
function listItem(path: string): string {
  return /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

/** What a program prints; `undefined` where there is no such program. */
async function output(
  program: string,
  args: readonly string[],
  { cwd, env, signal }: RenderOptions,
): Promise<Uint8Array | undefined> {
  try {
    const { stdout } = await run(program, args, {
      cwd,
      signal,
      // Files alone are read: neither program gets to see a kubeconfig.
      env: { ...env, KUBECONFIG: devNull },
      maxBuffer: MAX_FILE_BYTES,
      encoding: 'buffer',
    });
    return stdout;
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    const what = `${program} ${args.slice(0, 2).join(' ')}`;
    if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
      throw dataError(`what ${what} prints can't be read: ${tooLargeMessage(MAX_FILE_BYTES + 1)}`, {
        cause: error,
      });
    const said = lastLines(error);
    throw dataError(`${what} failed${typeof code === 'number' ? ` with exit code ${code}` : ''}`, {
      lines: said.map((line) => [program, line] as const),
      cause: error,
    });
  }
}

function lastLines(error: unknown): readonly string[] {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim().slice(0, 500))
    .filter((line) => line !== '');
  if (lines.length > 0) return lines.slice(-SAID_LINES);
  return error instanceof Error && stderr === '' ? [error.message.slice(0, 500).trim()] : [];
}

function notInstalled(what: string, pipe: string): MeshscopeError {
  return new MeshscopeError('Unavailable', ExitCode.unreachable, what, {
    hint: `install it, or render elsewhere and pipe: ${pipe}`,
  });
}
