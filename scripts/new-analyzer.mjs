// `npm run new:analyzer -- family.NameAnalyzer CODE`: at most three files from analyzers/_template, then `npm run sync`.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runAll } from './lib/run.mjs';

const [name = '', code = ''] = process.argv.slice(2);
const match = /^([a-z][a-z0-9]*)\.([A-Z]\w*?)(?:Analyzer)?$/.exec(name);
if (match === null || !/^[A-Z]{3}\d{4}$/.test(code)) {
  console.error('usage: npm run new:analyzer -- family.NameAnalyzer CODE     (a code has the form MSH0012)');
  process.exit(64);
}
const [, family, words] = match;
const file = kebabCase(words);
const folder = join(ROOT, 'analyzers', family);
const template = (part) => readFile(join(ROOT, 'analyzers/_template', part), 'utf8');
const adapt = (text) => text.replaceAll('family.NameAnalyzer', name).replaceAll('MSH0000', code);

const analyzerFile = join(folder, `${file}.ts`);
if (existsSync(analyzerFile)) {
  console.error(`analyzers/${family}/${file}.ts exists already`);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
await mkdir(join(ROOT, 'fixtures/analyzers', family), { recursive: true });
await writeFile(analyzerFile, adapt(await template('name.ts')));
await writeFile(
  join(ROOT, 'fixtures/analyzers', family, `${file}.basic.yaml`),
  adapt(await template('fixture.yaml')),
);
await addMessage();
await runAll([[process.execPath, ['scripts/sync.mjs']]]);
console.log(`
1. analyzers/${family}/${file}.ts                      what it checks
2. fixtures/analyzers/${family}/${file}.basic.yaml     a case that it reports and one that it does not
3. analyzers/${family}/messages.ts                     ${code}: the sentence, why it matters, what to change
Then: npm test -- test/analyzers.test.ts, and a line in CHANGELOG.md`);

async function addMessage() {
  const path = join(folder, 'messages.ts');
  const fresh = adapt(await template('messages.ts'));
  if (!existsSync(path)) return writeFile(path, fresh);
  const text = await readFile(path, 'utf8');
  if (text.includes(`${code}:`)) return undefined;
  const entry = fresh.slice(fresh.indexOf(`  ${code}:`), fresh.lastIndexOf('});'));
  const end = text.lastIndexOf('});');
  return writeFile(path, text.slice(0, end) + entry + text.slice(end));
}

function kebabCase(text) {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}
