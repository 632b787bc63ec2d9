import { link, open, rename, unlink } from 'node:fs/promises';
import { systemCode } from './folder-store.ts';

/** File systems without a second name for a file say one of these. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
]);
const MOST_NAMES = 1000;

/**
 * Gives a finished file its name and answers it. Another file of that name is never written over: two runs that chose
 * the same name leave `report.tar.gz` and `report-2.tar.gz`. Throws what the file system says.
 */
export async function claimName(temporary: string, wanted: string): Promise<string> {
  for (let number = 1; number <= MOST_NAMES; number++) {
    const path = numbered(wanted, number);
    try {
      await link(temporary, path);
    } catch (cause) {
      const code = systemCode(cause);
      if (code === 'EEXIST' || (NO_LINKS.has(code) && !(await takeOver(temporary, path)))) continue;
      if (!NO_LINKS.has(code)) throw cause;
      return path;
    }
    // The file has its name, also where the other one can't be taken away.
    await unlink(temporary).catch(() => {});
    return path;
  }
  throw Object.assign(new Error('no name is free'), { code: 'EEXIST' });
}

/** Renames a file where it can have one name only: an empty one holds the name, so that no other file is written over. */
async function takeOver(temporary: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw cause;
  }
  try {
    await rename(temporary, path);
    return true;
  } catch (cause) {
    await unlink(path).catch(() => {});
    throw cause;
  }
}

function numbered(path: string, number: number): string {
  if (number === 1) return path;
  const [, stem = path, ending = ''] = /^(.*?)((?:\.tar)?\.[A-Za-z0-9]+)$/s.exec(path) ?? [];
  return `${stem}-${number}${ending}`;
}
