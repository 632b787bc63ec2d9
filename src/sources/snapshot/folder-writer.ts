import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExitCode, MeshscopeError, usageError } from '../../util/errors.ts';
import { systemCode } from './folder-store.ts';

/** Where the files of a snapshot go. A path is written once. */
export interface SnapshotSink {
  /** Takes a file; answers why it did not where it has no room for it. */
  write(path: string, bytes: Uint8Array): Promise<string | undefined>;
}

/**
 * A sink that writes below `folder`, readable by the user alone: dumps hold more than one thinks. Throws exit 64 when
 * the folder holds files already, and exit 1 when writing fails.
 */
export async function openFolderSink(folder: string): Promise<SnapshotSink> {
  const made = new Set<string>();
  const ensure = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  try {
    await ensure(folder);
    if ((await readdir(folder)).length > 0) {
      throw usageError(`${folder} is not empty`, {
        hint: 'give a new folder: a snapshot must not mix with older files',
      });
    }
  } catch (cause) {
    throw writeError(folder, cause);
  }
  return {
    write: async (path, bytes) => {
      const target = join(folder, path);
      try {
        await ensure(dirname(target));
        await writeFile(target, bytes, { flag: 'wx', mode: 0o600 });
      } catch (cause) {
        throw writeError(target, cause);
      }
      return undefined;
    },
  };
}

/** A full disk, a quota, a limit on the size of files. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error of a file that can't be written: exit 1. */
export function writeError(path: string, cause: unknown): MeshscopeError {
  if (cause instanceof MeshscopeError) return cause;
  const code = systemCode(cause);
  const folder = dirname(path);
  const hint =
    code === 'ENOENT'
      ? `there is no folder ${folder}: make it first, or name another`
      : code === 'EACCES' || code === 'EROFS'
        ? `${folder} can't be written to: name a folder that can`
        : code === 'ENOTDIR'
          ? `${folder} is no folder`
          : NO_ROOM.has(code)
            ? 'there is no room for it: name another folder, or let it be smaller'
            : undefined;
  return new MeshscopeError('Write', ExitCode.no, `can't write ${path} (${code})`, { cause, hint });
}
