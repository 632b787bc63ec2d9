import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { fileText, MAX_FILE_BYTES, tooLargeMessage } from '../../config/file-text.ts';
import { parseFile } from '../../config/parse-file.ts';
import type { ConfigProblem } from '../../config/problem.ts';
import type { ConfigResource } from '../../config/resource.ts';
import { type Input, readError, readInput } from './read-input.ts';
import { isConfigName, type WalkOptions, walkFolder } from './walk-folder.ts';

/** Opening a pipe that nobody writes to must not wait. */
const OPEN = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Files that are read between two turns of the event loop. */
const BETWEEN_TURNS = 32;

/** What was read of all the paths that were named. */
export interface ConfigFiles {
  readonly resources: readonly ConfigResource[];
  readonly problems: readonly ConfigProblem[];
  /** Files that were read, in order. */
  readonly files: readonly string[];
  readonly otherDocuments: number;
  /** Files that were named but have no name of configuration: they were not read. */
  readonly otherFiles: readonly string[];
}

/** Where paths are looked for, and what is left out of folders. */
export interface ReadConfigOptions extends WalkOptions {
  readonly cwd: string;
  readonly stdin: Readable;
  /** Leaves out named files that do not end as configuration does; without it they are read. */
  readonly onlyConfigNames?: boolean | undefined;
  /** Texts that are read after the paths, as files of their labels would be. */
  readonly texts?: readonly Input[] | undefined;
}

/**
 * Reads the resources in files, folders and stdin (`-`). A path that does not exist is an error (exit 66); whatever else
 * can't be read is a problem with its place, and the rest is read all the same.
 */
export async function readConfig(paths: readonly string[], options: ReadConfigOptions): Promise<ConfigFiles> {
  const reader = new ConfigReader(options);
  for (const path of paths) await reader.path(path);
  for (const { label, bytes } of options.texts ?? []) reader.take(label, bytes);
  return reader;
}

class ConfigReader implements ConfigFiles {
  readonly resources: ConfigResource[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly files: string[] = [];
  otherDocuments = 0;
  readonly otherFiles: string[] = [];

  constructor(private readonly options: ReadConfigOptions) {}

  async path(path: string): Promise<void> {
    const { cwd } = this.options;
    if (path === '-') {
      await this.pipe(path);
      return;
    }
    if (!(await this.isFolder(path))) {
      await this.file(path);
      return;
    }
    const { files, problems } = await walkFolder(resolve(cwd, path), this.options);
    const shown = (found: string): string => join(path, found.slice(resolve(cwd, path).length));
    for (const { path: where, message } of problems) this.problem(shown(where), 'unreadable', message);
    for (const [index, found] of files.entries()) {
      // Files are read without turns of the event loop: signals and timers get theirs here.
      if (index % BETWEEN_TURNS === 0) await turn();
      this.options.signal?.throwIfAborted();
      await this.file(shown(found));
    }
  }

  private async isFolder(path: string): Promise<boolean> {
    try {
      return (await stat(resolve(this.options.cwd, path))).isDirectory();
    } catch (error) {
      throw await readError(error, path, this.options.cwd);
    }
  }

  private async file(path: string): Promise<void> {
    const bytes = this.bytesOf(path);
    if (bytes === 'pipe') await this.pipe(path);
    else if (bytes !== undefined) this.take(path, bytes);
  }

  /**
   * The content of a file, or that it is a pipe; `undefined` when there is a reason why it is not read, which is noted.
   * Without promises, which cost more than the reading itself for thousands of small files.
   */
  private bytesOf(path: string): Uint8Array | 'pipe' | undefined {
    let handle: number | undefined;
    try {
      handle = openSync(resolve(this.options.cwd, path), OPEN);
      const stats = fstatSync(handle);
      // A pipe has no size: it is read like stdin.
      if (!stats.isFile()) return 'pipe';
      if (this.options.onlyConfigNames && !isConfigName(path)) {
        this.otherFiles.push(path);
        return undefined;
      }
      if (stats.size <= MAX_FILE_BYTES) return readFileSync(handle);
      this.problem(path, 'too-large', tooLargeMessage(stats.size));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      const why = code === 'EACCES' ? 'no permission' : code;
      this.problem(path, 'unreadable', `the file can't be read: ${why}`);
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
    return undefined;
  }

  private async pipe(path: string): Promise<void> {
    const { cwd, stdin } = this.options;
    const { label, bytes } = await readInput(path, { cwd, stdin, limit: MAX_FILE_BYTES });
    this.take(label, bytes);
  }

  take(file: string, bytes: Uint8Array): void {
    this.files.push(file);
    const decoded = fileText(file, bytes);
    if (!decoded.ok) {
      this.problems.push(decoded.problem);
      return;
    }
    const parsed = parseFile(file, decoded.text);
    for (const one of parsed.resources) this.resources.push(one);
    for (const one of parsed.problems) this.problems.push(one);
    this.otherDocuments += parsed.otherDocuments;
  }

  private problem(file: string, kind: ConfigProblem['kind'], message: string): void {
    this.problems.push({ kind, message, file, line: 1, column: 1, lost: true });
  }
}
