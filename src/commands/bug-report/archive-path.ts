import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from '../../cli/context.ts';
import { usageError } from '../../util/errors.ts';
import type { BugReportValues } from './options.ts';

/** Path of the new archive; an existing file is never written over. Throws exit 64. */
export async function archivePath(
  options: Pick<BugReportValues, 'outputFile' | 'outputDir'>,
  context: Pick<CommandContext, 'io'>,
): Promise<string> {
  // Elsewhere "-" is stdin: an archive of that name could not be read back.
  if (options.outputFile === '-')
    throw usageError('--output-file: an archive is not written to stdout', {
      hint: '--output-file report.tar.gz',
    });
  const stamp = context.io.clock().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '').replace('T', '-');
  const name = options.outputFile ?? `bug-report-${stamp}.tar.gz`;
  const path = resolve(context.io.cwd, options.outputDir ?? '.', name);
  // Of a name that nobody gave, the archive takes the next one that is free.
  const there = options.outputFile === undefined ? undefined : await stat(path).catch(() => undefined);
  if (there?.isDirectory())
    throw usageError(`${name} is a folder`, { hint: `--output-dir ${name} writes the archive into it` });
  if (there !== undefined)
    throw usageError(`${name} exists already`, { hint: 'give another name with --output-file' });
  return path;
}
