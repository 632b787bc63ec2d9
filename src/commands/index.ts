import type { CommandTable } from '../cli/command-table.ts';

/** Every command: one line each, loaded only when it is run. `npm run new:command` adds a line. */
export const COMMANDS: CommandTable = {
  parents: [],
  commands: [
    {
      name: 'version',
      summary: 'Version of meshscope and of the mesh it reads',
      group: 'Help',
      load: () => import('./version.ts'),
    },
  ],
};
