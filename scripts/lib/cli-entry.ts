export { runCli } from '../../src/cli/program.ts';
export { COMMANDS } from '../../src/commands/index.ts';
