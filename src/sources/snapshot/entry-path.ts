import { decodePath } from './layout.ts';
import type { SnapshotLimits } from './limits.ts';

/** A checked path, `undefined` for what is to be passed over, or why the path is refused. */
export type CheckedPath = { readonly path: string | undefined } | { readonly refused: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The path of an archive entry without `./` and doubled slashes. Absolute paths, drive letters, backslashes, `..`
 * and control characters are refused, also where they are percent-encoded: no honest writer makes them. macOS's
 * `._name` companions are passed over.
 */
export function checkEntryPath(name: string, limits: SnapshotLimits): CheckedPath {
  if (name.length > limits.pathLength) return { refused: `its name has ${name.length} characters` };
  if (CONTROL.test(name)) return { refused: 'its name holds control characters' };
  if (name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name)) return { refused: 'its path is absolute' };
  if (name.includes('\\')) return { refused: 'its path holds a backslash' };
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return { refused: "its path holds '..'" };
  const decoded = name.includes('%') ? decodePath(segments.join('/')) : [];
  if (decoded.some((segment) => CONTROL.test(segment)))
    return { refused: 'its name holds encoded control characters' };
  if (decoded.some((segment) => segment === '.' || segment === '..'))
    return { refused: "its path holds an encoded '..'" };
  if (segments.length > limits.depth) return { refused: `it is ${segments.length} folders deep` };
  const skipped = segments.length === 0 || isCompanion(segments);
  return { path: skipped ? undefined : segments.join('/') };
}

function isCompanion(segments: readonly string[]): boolean {
  return segments.some(
    (segment) => segment.startsWith('._') || segment === '__MACOSX' || segment === '.DS_Store',
  );
}
