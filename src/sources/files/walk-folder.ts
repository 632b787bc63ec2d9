import type { Dirent, Stats } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../../util/text.ts';
import { type IgnoreRule, ignoreRule, isIgnored, parseIgnoreRules } from './ignore-rules.ts';

/** Names that configuration has. */
const EXTENSIONS = /\.(?:ya?ml|json)$/i;
/** Folders that never hold configuration of one's own. */
const NEVER = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** Whether a file has a name that configuration has: `.yaml`, `.yml` or `.json`. */
export function isConfigName(name: string): boolean {
  return EXTENSIONS.test(name);
}

/** A path that could not be looked into, and why. */
export interface WalkProblem {
  readonly path: string;
  readonly message: string;
}

/** What a folder holds. */
export interface WalkedFolder {
  /** Paths of the files, by name within each folder, files before folders. */
  readonly files: readonly string[];
  readonly problems: readonly WalkProblem[];
}

/** What to leave out of a walk. */
export interface WalkOptions {
  /** Patterns as in a `.gitignore`, relative to the folder. */
  readonly ignore?: readonly string[];
  /** Whether the `.gitignore` of the folder and of those in it count; yes when absent. */
  readonly gitignore?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The YAML and JSON files in a folder and all below it. Links are followed, each folder once, so that a loop ends. What
 * can't be read is a problem, and the rest is found all the same.
 */
export async function walkFolder(folder: string, options: WalkOptions = {}): Promise<WalkedFolder> {
  const walk = new Walk(folder, options);
  const rules = (options.ignore ?? []).map((one) => ignoreRule(one, '')).filter((one) => one !== undefined);
  await walk.enter('', rules);
  return { files: walk.files, problems: walk.problems };
}

class Walk {
  readonly files: string[] = [];
  readonly problems: WalkProblem[] = [];
  private readonly entered = new Set<string>();

  constructor(
    private readonly top: string,
    private readonly options: WalkOptions,
  ) {}

  async enter(path: string, inherited: readonly IgnoreRule[]): Promise<void> {
    this.options.signal?.throwIfAborted();
    const full = join(this.top, path);
    let entries: Dirent[];
    try {
      const real = await realpath(full);
      if (this.entered.has(real)) return;
      this.entered.add(real);
      entries = await readdir(full, { withFileTypes: true });
    } catch (error) {
      this.problem(full, error, 'the folder');
      return;
    }
    const rules = [...inherited, ...(await this.rulesOf(path, entries))];
    const folders: string[] = [];
    for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      const kind = await this.kindOf(child, entry);
      if (kind === undefined || isIgnored(child, kind === 'folder', rules)) continue;
      if (kind === 'folder') folders.push(child);
      else this.files.push(join(this.top, child));
    }
    for (const child of folders) await this.enter(child, rules);
  }

  /** What an entry is to the walk; `undefined` for what it passes by. */
  private async kindOf(path: string, entry: Dirent): Promise<'folder' | 'file' | undefined> {
    const isNamed = isConfigName(entry.name);
    let target: Pick<Stats, 'isDirectory' | 'isFile'> = entry;
    if (entry.isSymbolicLink()) {
      try {
        target = await stat(join(this.top, path));
      } catch (error) {
        // A dead link matters when it looks like configuration.
        if (isNamed) this.problem(join(this.top, path), error, 'the link');
        return undefined;
      }
    }
    if (target.isDirectory()) return NEVER.has(entry.name) ? undefined : 'folder';
    return target.isFile() && isNamed ? 'file' : undefined;
  }

  private async rulesOf(path: string, entries: readonly Dirent[]): Promise<IgnoreRule[]> {
    if (this.options.gitignore === false || !entries.some(({ name }) => name === '.gitignore')) return [];
    const file = join(this.top, path, '.gitignore');
    try {
      return parseIgnoreRules(await readFile(file, 'utf8'), path);
    } catch (error) {
      this.problem(file, error, 'the file');
      return [];
    }
  }

  private problem(path: string, error: unknown, what: string): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const why = code === 'EACCES' ? 'no permission' : code === 'ELOOP' ? 'a loop of links' : code;
    this.problems.push({ path, message: `${what} can't be read: ${why}` });
  }
}
