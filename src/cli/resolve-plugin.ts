import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dataError, type MeshscopeError, notFoundError } from '../util/errors.ts';
import { asObject, asString } from '../util/json.ts';
import type { PluginName } from './analysis-settings.ts';

/** A plugin that was found: data, so that another thread can load it by its URL. */
export interface PluginFile {
  /** As it was named. */
  readonly name: string;
  /** `file:` URL of its module. */
  readonly url: string;
}

/** A module that is a file, written as a path. */
const IS_PATH = /^\.{1,2}(?:[\\/]|$)|^[\\/]|^[A-Za-z]:[\\/]|\.[cm]?js$/;
const PACKAGE = /^((?:@[\w.-]+\/)?[A-Za-z0-9_][\w.-]*)(?:\/([\w./-]+))?$/;

/**
 * Finds the module of a plugin: the path of it or of a package's folder, or the name of a package that is installed in the folder or above. Throws exit 66
 * when there is none, 65 when the package has no module.
 */
export function resolvePlugin({ name, folder }: PluginName): PluginFile {
  if (IS_PATH.test(name)) {
    const path = resolve(folder, name);
    if (existsSync(join(path, 'package.json'))) return { name, url: moduleOf(name, path, undefined) };
    if (!isFile(path)) throw absent(name, `it would be ${path}`);
    return { name, url: pathToFileURL(path).href };
  }
  const [, packageName, inside] = PACKAGE.exec(name) ?? [];
  if (packageName === undefined) throw absent(name, 'it is neither a path nor the name of a package');
  for (let at = resolve(folder); ; at = dirname(at)) {
    const root = join(at, 'node_modules', packageName);
    if (existsSync(join(root, 'package.json'))) return { name, url: moduleOf(name, root, inside) };
    if (dirname(at) === at) break;
  }
  throw absent(name, `no package of this name is installed in ${folder} or above`);
}

function absent(name: string, why: string): MeshscopeError {
  return notFoundError(`there is no plugin "${name}": ${why}`, {
    hint: 'a path begins with ./ or ends in .js; a package must be installed (npm install --save-dev)',
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function moduleOf(name: string, root: string, inside: string | undefined): string {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  } catch (cause) {
    throw dataError(`the plugin "${name}" has no package.json that can be read`, { cause });
  }
  const { exports, main } = asObject(manifest) ?? {};
  const wanted = inside === undefined ? '.' : `./${inside}`;
  const target =
    exports === undefined
      ? (inside ?? asString(main) ?? 'index.js')
      : exportTarget(isMapOfPaths(exports) ? asObject(exports)?.[wanted] : inside ? undefined : exports);
  const path = target === undefined ? undefined : resolve(root, target);
  if (path === undefined || !isFile(path))
    throw dataError(`the package of the plugin "${name}" has no module ${target ?? wanted}`, {
      hint: 'its package.json names it in "exports" or "main"',
    });
  return pathToFileURL(path).href;
}

function isMapOfPaths(exports: unknown): boolean {
  return Object.keys(asObject(exports) ?? {}).some((key) => key.startsWith('.'));
}

/** The file that a value of `exports` leads to for an import, by the conditions that Node knows. */
function exportTarget(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value;
  if (depth > 10) return undefined;
  for (const [condition, one] of Object.entries(asObject(value) ?? {})) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue;
    const found = exportTarget(one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
