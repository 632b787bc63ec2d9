// Makes a clean clone usable: installs the exact dependencies of package-lock.json when they are not there yet.
import { lstatSync, statSync } from 'node:fs';
import { ROOT, run } from './run.mjs';

const MARKER = 'node_modules/.package-lock.json';

/** Runs `npm ci` when node_modules is missing or older than package-lock.json; ends the process when that fails. */
export async function ensureInstalled() {
  const installed = modifiedAt(MARKER);
  if (installed !== undefined && installed >= (modifiedAt('package-lock.json') ?? 0)) return;
  // A folder that is linked from elsewhere is somebody else's to fill: `npm ci` would empty it.
  if (lstatSync(`${ROOT}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  console.error('Installing the development dependencies (npm ci) …');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) process.exit(code);
}

function modifiedAt(path) {
  return statSync(ROOT + path, { throwIfNoEntry: false })?.mtimeMs;
}
