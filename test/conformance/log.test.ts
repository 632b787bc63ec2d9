import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { findCapture, type Recording, recordings } from './recording.ts';

/** The commands that show and change log levels. */
function isLogCommand(argv: readonly string[]): boolean {
  const [first = '', second = ''] = argv.filter((word) => !word.startsWith('-'));
  const isLog = ['log', 'l', 'o'].includes(second);
  return isLog && ['proxy-config', 'pc', 'ztunnel-config', 'zc', 'admin'].includes(first);
}

const isChange = ({ argv }: Recording): boolean => argv.some((word) => /^(--level|--reset|-r)\b/.test(word));
const isHelp = ({ argv }: Recording): boolean => argv.includes('--help');
/** Formats that the reference refuses for this command, and ours has. */
const isRefusedFormat = ({ stderr }: Recording): boolean => stderr.includes('--output is not applicable');
const isOneFailure = ({ exitCode, argv }: Recording): boolean =>
  exitCode !== 0 && argv.some((word) => /\./.test(word));

/** Without what the reference's port-forwards write to stdout between the answers. */
function withoutForwards(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z\t/.test(line))
    .join('\n');
}

describe.each(['shop', 'bookinfo', 'ambient'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  const all = recordings(capture, 'expected', isLogCommand).filter((one) => !isHelp(one));
  const ours = (recording: Recording, ...more: readonly string[]) =>
    run([...recording.argv, ...more, '--from', capture.snapshot]);
  const shown = all.filter((one) => !isChange(one) && !isRefusedFormat(one) && !isOneFailure(one));
  const failed = all.filter((one) => !isChange(one) && !isRefusedFormat(one) && isOneFailure(one));

  test.each(shown)('$id', async (recording) => {
    const { stdout, exitCode } = await ours(recording, '--compat');
    expect(stdout).toBe(withoutForwards(recording.stdout));
    expect(exitCode).toBe(recording.exitCode);
  });

  test.each(failed)('$id: a proxy that can not be asked, named', async (recording) => {
    const { stdout, stderr, exitCode } = await ours(recording, '--compat');
    expect([stdout, exitCode]).toEqual(['', 66]);
    expect(stderr).toContain('log');
  });

  test.each(all.filter((one) => isRefusedFormat(one)))(
    '$id: a format that only ours has',
    async (recording) => {
      expect((await ours(recording)).exitCode).toBe(0);
    },
  );

  test.each(all.filter(isChange))('$id: a recording can not be changed', async (recording) => {
    const { stdout, exitCode } = await ours(recording, '--compat');
    expect([stdout, exitCode]).toEqual(['', 64]);
  });
});
