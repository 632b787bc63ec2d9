// `npm run new:command -- NAME`: the command, its line in the command table and its test, from compiled templates.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './lib/run.mjs';

const name = process.argv.slice(2).join(' ');
if (!/^[a-z][a-z-]*( [a-z][a-z-]*)?$/.test(name)) {
  console.error(
    'usage: npm run new:command -- NAME     (one or two words in lower case, such as waypoint-status)',
  );
  process.exit(64);
}
const file = name.replace(' ', '-');
const path = join(ROOT, 'src/commands', `${file}.ts`);
if (existsSync(path)) {
  console.error(`src/commands/${file}.ts exists already`);
  process.exit(1);
}
const adapt = (text) => text.replaceAll('COMMAND_NAME', name).replaceAll('COMMAND_FILE', file);
const template = async (part) => adapt(await readFile(join(ROOT, 'scripts/templates', part), 'utf8'));

await writeFile(path, (await template('command.ts')).replaceAll('../../src/', '../'));
await mkdir(join(ROOT, 'test/commands'), { recursive: true });
const test = (await template('command-test.ts')).replaceAll('../../test/', '../');
await writeFile(join(ROOT, 'test/commands', `${file}.test.ts`), test);
await addToTable();
console.log(`
1. src/commands/${file}.ts               what it asks and answers
2. src/commands/index.ts            its summary and its group in the help
3. test/commands/${file}.test.ts         its golden output is written by the first test run: read it
Then: npm run sync (docs/commands.md), and a line in CHANGELOG.md`);

async function addToTable() {
  const table = join(ROOT, 'src/commands/index.ts');
  const text = await readFile(table, 'utf8');
  const end = text.lastIndexOf('  ],\n};');
  if (end < 0) throw new Error('src/commands/index.ts no longer ends with the list of commands');
  const entry = `    {
      name: '${name}',
      summary: 'TEMPLATE: what it answers, in one line',
      group: 'State of the mesh',
      load: () => import('./${file}.ts'),
    },
`;
  await writeFile(table, text.slice(0, end) + entry + text.slice(end));
}
