import type { CommandTable } from '../cli/command-table.ts';

/** Every command: one line each, loaded only when it is run. `npm run new:command` adds a line. */
export const COMMANDS: CommandTable = {
  parents: [],
  commands: [
    {
      name: 'proxy-status',
      aliases: ['ps'],
      summary: 'How far each proxy is in sync with istiod; with a pod: what it lacks',
      group: 'State of the mesh',
      load: () => import('./proxy-status.ts'),
    },
    {
      name: 'version',
      summary: 'Version of meshscope and of the mesh it reads',
      group: 'Help',
      load: () => import('./version.ts'),
    },
    {
      name: 'explain',
      summary: 'What the code of a finding means, why it matters and what to change',
      group: 'Help',
      load: () => import('./explain.ts'),
    },
    {
      name: 'completion',
      summary: 'Completion script for bash, zsh, fish or PowerShell',
      group: 'Help',
      load: () => import('./completion.ts'),
    },
    {
      name: '__complete',
      summary: 'Words that can stand at the end of a command line',
      group: 'Help',
      hidden: true,
      load: () => import('./complete.ts'),
    },
  ],
};
