import { createHash } from 'node:crypto';
import { type ArchiveCheck, answeredEntries, countEntries } from '../../answers/bug-report.ts';
import { defineCommand } from '../../cli/command.ts';
import { collect } from '../../sources/snapshot/collect.ts';
import { detectLayout, findLayout } from '../../sources/snapshot/detect.ts';
import { layoutOfPaths } from '../../sources/snapshot/foreign/layouts.ts';
import { MANIFEST } from '../../sources/snapshot/layout.ts';
import {
  type Manifest,
  type ManifestEntry,
  MOST_MANIFEST_BYTES,
  parseManifest,
} from '../../sources/snapshot/manifest.ts';
import { eachFile } from '../../sources/snapshot/read-files.ts';
import { dataError, ExitCode } from '../../util/errors.ts';
import { compareText } from '../../util/text.ts';

type Problem = ArchiveCheck['problems'][number];

export const command = defineCommand({
  name: 'bug-report verify',
  description:
    'Checks that an archive is whole: its index, the checksum and size of every file, and that nothing was added. Exits with 1 when it is not.',
  args: [
    { name: 'archive', description: 'archive, folder, or - for stdin', required: true, completes: 'file' },
  ],
  options: {},
  examples: [
    {
      command: 'meshscope bug-report verify demo',
      explains: 'the bundled recording; an archive of your own after it was received',
    },
  ],
  stability: 'stable',
  needs: [],
  run: async ({ args: [archive = '-'] }, context): Promise<ArchiveCheck> => {
    const seen = new Map<string, { readonly size: number; readonly hash: string | undefined }>();
    let index: Uint8Array | undefined;
    let prefix = '';
    const { cwd, stdin } = context.io;
    const input = { from: archive, cwd, stdin, signal: context.signal };
    await eachFile(input, async ({ path, size, content }) => {
      if (path === MANIFEST || path.endsWith(`/${MANIFEST}`)) {
        if (size > MOST_MANIFEST_BYTES) throw dataError(`${archive}/${path} is too large for an index`);
        index = content && (await collect(content));
        prefix = path.slice(0, -MANIFEST.length);
        return;
      }
      seen.set(path, { size, hash: content && (await hashOf(content)) });
    });
    const bytes = [...seen.values()].reduce((sum, { size }) => sum + size, 0);
    const head = {
      apiVersion: 'meshscope.io/v1',
      kind: 'ArchiveCheck',
      archive,
      files: seen.size,
      bytes,
    } as const;
    if (index === undefined)
      return { ...head, ...UNKNOWN, problems: [withoutIndex([...seen.keys()], archive)] };
    const manifest = parseManifest(index, `${archive}/${MANIFEST}`);
    return { ...head, ...told(manifest), problems: problemsOf(manifest, seen, prefix) };
  },
  reporters: {
    table: () => import('../../report/bug-report.ts').then((module) => module.verifyTable),
    json: () => import('../../report/json.ts').then((module) => module.json),
    yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
  },
  exitCode: ({ problems }) => (problems.length > 0 ? ExitCode.no : ExitCode.ok),
});

/** Hex sha256 of a file of any size. */
async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}

const UNKNOWN = { createdAt: undefined, redaction: undefined, counts: undefined };

function told(manifest: Manifest): Pick<ArchiveCheck, 'createdAt' | 'redaction' | 'counts'> {
  const { counts } = countEntries(answeredEntries(manifest.contents));
  return { createdAt: manifest.createdAt.toISOString(), redaction: manifest.redaction.mode, counts };
}

/** Throws exit 65 when it is no recording at all. */
function withoutIndex(paths: readonly string[], archive: string): Problem {
  const isGathered = findLayout(paths, archive) === undefined && layoutOfPaths(paths) !== undefined;
  if (isGathered || detectLayout(paths, archive).kind === 'reference') {
    throw dataError(`${archive} was written by another tool: it has no checksums to verify`, {
      hint: 'meshscope bug-report --from it writes one that has',
    });
  }
  return { path: MANIFEST, problem: 'the index is missing: what else is missing is not known' };
}

function problemsOf(
  manifest: Manifest,
  seen: ReadonlyMap<string, { readonly size: number; readonly hash: string | undefined }>,
  prefix: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const listed = new Map<string, ManifestEntry>(
    manifest.contents.map((entry) => [prefix + entry.path, entry]),
  );
  for (const [path, entry] of listed) {
    const file = seen.get(path);
    const hasFile = entry.status === 'ok' || entry.status === 'partial';
    if (!hasFile && file !== undefined)
      problems.push({ path, problem: `the index says ${entry.status}, but it is there` });
    if (!hasFile) continue;
    if (file === undefined) problems.push({ path, problem: 'it is missing' });
    else if (file.hash === undefined) problems.push({ path, problem: "it can't be read" });
    else if (file.hash !== entry.sha256) problems.push({ path, problem: changed(file.size, entry.bytes) });
  }
  for (const path of seen.keys()) {
    if (!listed.has(path)) problems.push({ path, problem: 'the index does not list it' });
  }
  return problems.sort((a, b) => compareText(a.path, b.path));
}

function changed(size: number, recorded: number): string {
  const sizes = size === recorded ? '' : ` (${size} bytes here, ${recorded} recorded)`;
  return `it was changed: its checksum differs${sizes}`;
}
