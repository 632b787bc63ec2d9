import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { dataError, type MeshscopeError, notFoundError, usageError } from '../../util/errors.ts';
import { EMPTY_HINT, MAX_JSON_BYTES } from '../../util/load-json.ts';
import { nearest } from '../../util/text.ts';

/** Where single files come from. */
export interface InputOptions {
  readonly cwd: string;
  readonly stdin: Readable;
  /** The most bytes to accept. */
  readonly limit?: number | undefined;
}

/** Bytes of a single file and how messages call it. */
export interface Input {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the file that `--file` names, or stdin for `-`. Throws exit 66 when there is no such file, 65 for a folder, an
 * empty, too large or unreadable file, 64 when stdin is a terminal.
 */
export async function readInput(path: string, options: InputOptions): Promise<Input> {
  const limit = options.limit ?? MAX_JSON_BYTES;
  const label = path === '-' ? 'stdin' : path;
  const bytes =
    path === '-' ? await readStdin(options.stdin, limit) : await readPath(path, options.cwd, limit);
  if (bytes.byteLength === 0) throw dataError(`${label} is empty`, { hint: EMPTY_HINT });
  return { label, bytes };
}

async function readStdin(stdin: Readable, limit: number): Promise<Uint8Array> {
  if ('isTTY' in stdin && stdin.isTTY === true) {
    throw usageError('- reads a file from stdin, which is the terminal', {
      hint: 'meshscope … --file - < config_dump.json',
    });
  }
  return collect(stdin, 'stdin', limit);
}

async function readPath(path: string, cwd: string, limit: number): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(resolve(cwd, path), constants.O_RDONLY);
    const stats = await file.stat();
    if (stats.isDirectory())
      throw dataError(`${path} is a folder`, { hint: 'give a single file, or a whole snapshot with --from' });
    if (stats.isFile() && stats.size > limit) throw tooLarge(path, limit);
    // A pipe such as /dev/fd/63 has no size: it is read like stdin.
    return stats.isFile() ? await file.readFile() : await collect(file.createReadStream(), path, limit);
  } catch (cause) {
    throw await readError(cause, path, cwd);
  } finally {
    await file?.close().catch(() => {});
  }
}

async function collect(stream: Readable, label: string, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > limit) throw tooLarge(label, limit);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(label: string, limit: number): MeshscopeError {
  return dataError(`${label} is too large: the limit is ${Math.floor(limit / 1024 / 1024)} MiB`);
}

/**
 * The error for a file that can't be read: exit 66 with the nearest names when there is none, else 65. What is no failure
 * of the file system is given back as it is.
 */
export async function readError(cause: unknown, path: string, cwd: string, hint?: string): Promise<unknown> {
  const code = cause instanceof Error && 'code' in cause && 'syscall' in cause ? cause.code : undefined;
  if (code === undefined) return cause;
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    return dataError(`can't read ${path} (${String(code)})`, { cause, hint });
  const full = resolve(cwd, path);
  const near = nearest(basename(full), await readdir(dirname(full)).catch(() => []));
  const names = near.map((name) => join(dirname(path), name));
  return notFoundError(`there is no file ${path}`, {
    lines: names.length === 0 ? [] : [['near', names.join(', ')]],
    hint,
  });
}
