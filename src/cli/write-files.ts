import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { dataError } from '../util/errors.ts';

/** A file to write, and who may read it. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes files into a folder, which is made when it is not there. What was in them is replaced. Answers their paths;
 * throws a data error that names the path which could not be written.
 */
export async function writeFiles(cwd: string, folder: string, files: readonly NewFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, text } of files) {
    const path = join(folder, name);
    try {
      await mkdir(resolve(cwd, folder), { recursive: true });
      await writeFile(resolve(cwd, path), text, { mode: 0o644 });
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
      throw dataError(`can't write ${path}${code}`, { cause, hint: 'give another folder with -o' });
    }
    paths.push(path);
  }
  return paths;
}

/**
 * Writes one file as a whole or not at all: into a new file beside it, which then takes its name. A link stays one, and
 * its file is replaced; a device or pipe, such as `/dev/stdout`, is written to and never replaced. `mode` is that of the
 * file. Throws a data error that names the path which could not be written.
 */
export async function writeAtomically(cwd: string, path: string, text: string, mode = 0o644): Promise<void> {
  const named = resolve(cwd, path);
  const there = await stat(named).catch(() => undefined);
  const target = there?.isFile() ? await realpath(named).catch(() => named) : named;
  const draft = `${target}.${process.pid}.tmp`;
  try {
    if (there !== undefined && !there.isFile()) return await writeFile(named, text);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(draft, text, { mode, flag: 'wx' });
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw dataError(`can't write ${path}${code}`, {
      cause,
      hint: 'name a file in a folder that can be written',
    });
  }
}
