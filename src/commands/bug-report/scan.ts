import type { SecretPlace, SecretScan } from '../../answers/bug-report.ts';
import { defineCommand } from '../../cli/command.ts';
import { MOST_REDACTED_BYTES, redactFile } from '../../security/redaction/redact-file.ts';
import type { RuleId } from '../../security/redaction/rules.ts';
import { collect } from '../../sources/snapshot/collect.ts';
import { eachFile } from '../../sources/snapshot/read-files.ts';
import { ExitCode } from '../../util/errors.ts';
import { describeBinary } from '../../util/load-json.ts';
import { ownRules, redactionSettings } from './redaction-settings.ts';

const TOO_LARGE = 'it is too large to be looked through';

export const command = defineCommand({
  name: 'bug-report scan',
  description:
    'Looks for secrets in an archive or folder, with the rules that bug-report takes them out by; exits with 79 when it finds one. No secret is printed.',
  args: [
    { name: 'archive', description: 'archive, folder, or - for stdin', required: true, completes: 'file' },
  ],
  options: {},
  examples: [
    {
      command: 'meshscope bug-report scan demo',
      explains: 'the bundled recording; an archive of your own before it is sent to anyone',
    },
  ],
  stability: 'stable',
  needs: [],
  run: async ({ args: [archive = '-'] }, context): Promise<SecretScan> => {
    const places: SecretPlace[] = [];
    const unread: { path: string; reason: string }[] = [];
    let files = 0;
    const { cwd, stdin } = context.io;
    const own = ownRules(redactionSettings(context));
    const input = { from: archive, cwd, stdin, signal: context.signal };
    await eachFile(input, async ({ path, size, content }) => {
      const isTooLarge = size > MOST_REDACTED_BYTES;
      const bytes = content === undefined || isTooLarge ? undefined : await collect(content);
      files += 1;
      context.terminal.progress(`${files} files looked through`);
      const packed = bytes && describeBinary(bytes.subarray(0, 512));
      if (bytes === undefined || packed !== undefined) {
        const reason = isTooLarge ? TOO_LARGE : "it can't be read";
        unread.push({ path, reason: packed === undefined ? reason : `it is ${packed.what}` });
        return;
      }
      const rules: Record<string, number> = {};
      const found = (rule: RuleId): void => {
        rules[rule] = (rules[rule] ?? 0) + 1;
      };
      try {
        redactFile(path, bytes, found, own === undefined ? [] : [own.pass(found)]);
      } catch (error) {
        // So many values, or a word of many megabytes; bug-report leaves such a file out.
        if (!(error instanceof RangeError)) throw error;
        unread.push({ path, reason: 'it holds too much to be looked through' });
      }
      const count = Object.values(rules).reduce((sum, number) => sum + number, 0);
      if (count > 0) places.push({ path, rules, count });
    });
    for (const { path, reason } of unread) context.gap({ what: path, why: reason });
    places.sort((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1));
    const secrets = places.reduce((sum, { count }) => sum + count, 0);
    return { apiVersion: 'meshscope.io/v1', kind: 'SecretScan', archive, files, secrets, places, unread };
  },
  reporters: {
    table: () => import('../../report/bug-report.ts').then((module) => module.scanTable),
    json: () => import('../../report/json.ts').then((module) => module.json),
    yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
  },
  // What could not be looked through may hold some.
  exitCode: ({ secrets, unread }) => (secrets > 0 || unread.length > 0 ? ExitCode.findings : ExitCode.ok),
});
