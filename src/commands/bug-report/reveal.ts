import type { RevealedText } from '../../answers/bug-report.ts';
import { defineCommand } from '../../cli/command.ts';
import { parseRedactionKey } from '../../security/pseudonyms/key-file.ts';
import { reveal } from '../../security/pseudonyms/reveal.ts';
import { readInput } from '../../sources/files/read-input.ts';

export const command = defineCommand({
  name: 'bug-report reveal',
  description:
    'Turns the pseudonyms of an archive back into names, in a text such as the answer of a supporter. Takes the key file that bug-report --redact wrote; nothing is sent anywhere.',
  args: [
    { name: 'key', description: 'the key file, …names.json', required: true, completes: 'file' },
    { name: 'file', description: 'the text, or - for stdin', completes: 'file' },
  ],
  options: {},
  examples: [
    {
      command: 'meshscope bug-report reveal bug-report-20261123-021139.names.json answer.txt',
      explains: 'the answer of a supporter, with the names of the mesh in it',
    },
  ],
  stability: 'stable',
  needs: [],
  run: async ({ args: [keyFile = '', file = '-'] }, { io }): Promise<RevealedText> => {
    const key = await readInput(keyFile, io);
    const parsed = parseRedactionKey(key.bytes, key.label);
    const { bytes } = await readInput(file, io);
    const { text, revealed } = reveal(Buffer.from(bytes).toString('utf8'), parsed);
    return { apiVersion: 'meshscope.io/v1', kind: 'RevealedText', revealed, text };
  },
  reporters: {
    table: () => import('../../report/bug-report.ts').then((module) => module.revealedText),
    json: () => import('../../report/json.ts').then((module) => module.json),
    yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
  },
});
