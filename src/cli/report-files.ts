import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import type { Format, ReportFile } from './command.ts';

/**
 * The files of `--report FORMAT=FILE`. Throws a usage error for another form, a format that is not among `formats`, and
 * two reports to one file.
 */
export function reportFiles(texts: readonly string[], formats: readonly Format[]): readonly ReportFile[] {
  const files = texts.map((text) => {
    const [, word = '', path = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const format = formats.find((one) => one === word);
    if (format !== undefined && path !== '') return { format, path };
    const [guess] = nearest(word, formats, 1);
    throw usageError(`--report: "${text}" is not of the form FORMAT=FILE`, {
      lines: guess !== undefined && format === undefined && word !== '' ? [['near', guess]] : [],
      hint: `--report sarif=out.sarif; formats are ${formats.join(', ')}`,
    });
  });
  const paths = files.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) < index);
  if (twice === undefined) return files;
  throw usageError(`--report: two reports are for ${twice}`, { hint: 'give each a file of its own' });
}
