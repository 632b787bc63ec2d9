import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { problemText } from '../../../../src/config/problem.ts';
import { readConfig } from '../../../../src/sources/files/read-config.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function write(path: string, text = `{apiVersion: v1, kind: Pod, metadata: {name: a}}`): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const read = (paths: string[], options = {}) =>
  readConfig(paths, { cwd: folder, stdin: Readable.from([]), ...options });

describe('reading configuration', () => {
  it('finds files in folders by name, without what .gitignore and patterns leave out', async () => {
    for (const path of [
      'b/z.yml',
      'b/skip/x.yaml',
      'b/out.yaml',
      'a.json',
      'c/d/e.YAML',
      'notes.txt',
      '.git/x.yaml',
      'node_modules/y.yaml',
      'c/gen/g.yaml',
    ])
      write(path);
    write('.gitignore', 'gen/\n');
    write('b/.gitignore', '/skip\n');
    const { files, resources, problems } = await read(['.'], { ignore: ['out.yaml'] });
    expect(files).toEqual(['a.json', 'b/z.yml', 'c/d/e.YAML']);
    expect(resources.map(({ origin }) => origin.file)).toEqual(files);
    expect(problems).toEqual([]);
    expect((await read(['.'], { gitignore: false })).files).toContain('c/gen/g.yaml');
  });

  it('reads a named file whatever its name is, and stdin', async () => {
    write('mesh.txt');
    const stdin = Readable.from([Buffer.from('{apiVersion: v1, kind: Pod, metadata: {name: b}}')]);
    const { resources, files } = await read(['mesh.txt', '-'], { stdin });
    expect(files).toEqual(['mesh.txt', 'stdin']);
    expect(resources.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
  });

  it('ends where links lead in a circle, and names those that lead nowhere', async () => {
    write('team/a.yaml');
    symlinkSync('..', join(folder, 'team/up'));
    symlinkSync('self', join(folder, 'self'));
    symlinkSync('nowhere', join(folder, 'gone.yaml'));
    symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
    const { files, problems } = await read(['.']);
    expect(files).toEqual(['team/a.yaml']);
    expect(problems.map(problemText)).toEqual([
      "gone.yaml:1:1: the link can't be read: ENOENT",
      "loop.yaml:1:1: the link can't be read: a loop of links",
    ]);
  });

  it('goes on behind files and folders that can not be read, and too large ones', async () => {
    write('a.yaml', '\0');
    write('big.yaml', '');
    truncateSync(join(folder, 'big.yaml'), 200 * 1024 * 1024);
    write('z.yaml');
    const { resources, problems } = await read(['.']);
    expect(resources).toHaveLength(1);
    expect(problems.map(problemText)).toEqual([
      'a.yaml:1:1: it is a binary file, not YAML or JSON',
      'big.yaml:1:1: it is too large: 200 MiB, the limit is 64 MiB',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('names a folder without permission', async () => {
    write('closed/a.yaml');
    write('z.yaml');
    chmodSync(join(folder, 'closed'), 0);
    onTestFinished(() => chmodSync(join(folder, 'closed'), 0o755));
    const { files, problems } = await read(['.']);
    expect(files).toEqual(['z.yaml']);
    expect(problems.map(problemText)).toEqual(["closed:1:1: the folder can't be read: no permission"]);
  });

  it('ends with 66 for a path that does not exist, naming the nearest', async () => {
    write('mesh.yaml');
    await expect(read(['mesh.yml'])).rejects.toMatchObject({ exitCode: 66, lines: [['near', 'mesh.yaml']] });
  });
});
