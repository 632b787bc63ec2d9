import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dataError, type MeshscopeError, notFoundError, usageError } from '../../util/errors.ts';

const run = promisify(execFile);
/** Names of a large repository's files. */
const MAX_BYTES = 256 * 1024 * 1024;
/** What a repository's own settings could make git start. */
const PLAIN = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/**
 * Absolute paths of the files that differ from the place where a branch left `ref` (else from `ref` itself), those not
 * yet added to git among them. Throws exit 64 for a name that is no revision's, 66 for an unknown one, and 65 where
 * there is no git or no repository.
 */
export async function changedSince(
  ref: string,
  cwd: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (ref === '' || ref.startsWith('-'))
    throw usageError(`--changed-since: "${ref}" is no revision`, { hint: '--changed-since origin/main' });
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('git', [...PLAIN, ...args], { cwd, signal, maxBuffer: MAX_BYTES });
    return stdout;
  };
  try {
    const top = (await git('rev-parse', '--show-toplevel')).replace(/\r?\n$/, '');
    const commit = (
      await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch((cause) => {
        throw unknownRevision(ref, cause);
      })
    ).trim();
    // A shallow clone may lack the place where the branch began.
    const base = (await git('merge-base', commit, 'HEAD').catch(() => '')).trim() || commit;
    const tracked = await git(
      'diff',
      '--name-only',
      '-z',
      '--no-ext-diff',
      '--no-textconv',
      '--no-renames',
      base,
    );
    const others = await git('ls-files', '-z', '--others', '--exclude-standard', '--full-name', `:/`);
    const names = [...tracked.split('\0'), ...others.split('\0')].filter((name) => name !== '');
    return new Set(names.map((name) => join(top, name)));
  } catch (error) {
    throw asGitError(error, cwd);
  }
}

function unknownRevision(ref: string, cause: unknown): unknown {
  if (isMissing(cause)) return cause;
  return notFoundError(`git knows no revision "${ref}"`, {
    hint: 'in a shallow clone, fetch it first: git fetch origin main',
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function asGitError(error: unknown, cwd: string): MeshscopeError | unknown {
  if (isMissing(error))
    return dataError('--changed-since needs git, which is not installed', { cause: error });
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : undefined;
  if (stderr === undefined) return error;
  const reason = stderr.split('\n')[0]?.replace(/^fatal: /, '') ?? '';
  return dataError(`git can't say what changed in ${cwd}: ${reason}`, { cause: error });
}
