import { defineCommand } from '../cli/command.ts';
import { completionScript, SHELLS, type Shell } from '../cli/completion-scripts.ts';
import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

export const command = defineCommand({
  name: 'completion',
  description:
    'Prints a script that completes commands, options, their values, and the names of proxies and namespaces of the mesh that --from or MESHSCOPE_FROM names.',
  args: [{ name: 'shell', description: SHELLS.join(', '), required: true, completes: 'shell' }],
  options: {},
  examples: [
    { command: 'meshscope completion bash', explains: 'bash; the first lines of each say how to load it' },
    { command: 'meshscope completion zsh', explains: 'zsh' },
    { command: 'meshscope completion fish', explains: 'fish' },
    { command: 'meshscope completion pwsh', explains: 'PowerShell' },
  ],
  stability: 'stable',
  needs: [],
  run: async ({ args }) => {
    const word = args[0] ?? '';
    const shell: Shell | undefined = SHELLS.find((one) => one === (word === 'powershell' ? 'pwsh' : word));
    if (shell !== undefined) return completionScript(shell);
    const near = nearest(word, SHELLS);
    throw usageError(`no completion script for "${word}"`, {
      lines: near.length > 0 ? [['near', near.join(', ')]] : [],
      hint: `meshscope completion takes ${SHELLS.join(', ')}`,
    });
  },
  reporters: { table: async () => (script) => script },
});
