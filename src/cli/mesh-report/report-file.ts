import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import type { Reporter } from '../../report/reporter.ts';
import { hideInText } from '../../util/secret-text.ts';
import type { CommandContext } from '../context.ts';
import { openBrowser } from '../open-browser.ts';
import { writeAtomically } from '../write-files.ts';

/** What the file of a report is written as, by the end of its name; a page for any other. */
const BY_NAME = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.html': 'html',
} as const;

/** The format of a report's file. */
export function formatOfFile(path: string): (typeof BY_NAME)[keyof typeof BY_NAME] {
  const end = extname(path).toLowerCase();
  return end in BY_NAME ? BY_NAME[end as keyof typeof BY_NAME] : 'html';
}

/**
 * Writes a report to a file that the user alone may read: `path`, or without one a new file in the folder for temporary
 * ones. Answers its full path; throws exit 65 when it can't be written.
 */
export async function writeReport(
  context: CommandContext,
  report: MeshReport,
  path: string | undefined,
  reporter: Reporter<MeshReport>,
): Promise<string> {
  const file = path ?? join(await mkdtemp(join(tmpdir(), 'meshscope-report-')), 'report.html');
  const text = reporter(report, {
    color: false,
    width: Number.POSITIVE_INFINITY,
    now: new Date(report.subject.takenAt),
  });
  const whole = typeof text === 'string' ? text : [...text].join('');
  await writeAtomically(context.io.cwd, file, hideInText(whole), 0o600);
  const full = resolve(context.io.cwd, file);
  await context.terminal.note(`the report is in ${full}`);
  return full;
}

/** Opens a written page in the browser; says so where that does not work. */
export async function showReport(context: CommandContext, file: string): Promise<void> {
  const why = await openBrowser(pathToFileURL(file).href);
  if (why !== undefined) await context.terminal.warn(`no browser was opened (${why}); open ${file} yourself`);
}
