import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
