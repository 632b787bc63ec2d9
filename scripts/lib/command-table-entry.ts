export { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
export { COMMANDS } from '../../src/commands/index.ts';
