// Output in the docs: behind `<!-- sample: COMMAND LINE -->` stands what meshscope prints for it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadSource } from './load-source.mjs';
import { ROOT } from './run.mjs';

const SAMPLE = /<!-- sample: (.+?) -->\n(?:\n```[a-z]*\n[\s\S]*?\n```\n)?/g;
const COLUMNS = 100;

/** Text of a page with the output of its samples as it is now. */
export async function withSamples(path) {
  const text = await readFile(join(ROOT, path), 'utf8');
  const { module, dispose } = await loadSource('scripts/lib/cli-entry.ts');
  try {
    const outputs = new Map();
    for (const [, line] of text.matchAll(SAMPLE)) outputs.set(line, await output(module, line));
    return text.replace(SAMPLE, (_, line) => `<!-- sample: ${line} -->\n\n${block(line, outputs.get(line))}`);
  } finally {
    await dispose();
  }
}

async function output({ runCli, COMMANDS }, line) {
  let stdout = '';
  const stream = (take) => ({ write: async (text) => take(text), isTTY: true, columns: COLUMNS });
  // The demo is packed of this folder by the build.
  const words = line.split(' ').map((word) => (word === 'demo' ? 'fixtures/meshes/shop' : word));
  await runCli(COMMANDS, words, {
    stdin: Readable.from([]),
    stdout: stream((text) => {
      stdout += text;
    }),
    stderr: { write: async () => {}, isTTY: false, columns: undefined },
    env: { NO_COLOR: '1' },
    cwd: ROOT,
    clock: () => new Date('2026-11-23T02:11:39Z'),
    signal: new AbortController().signal,
  });
  if (stdout === '') throw new Error(`meshscope ${line} printed nothing`);
  return stdout.trimEnd();
}

function block(line, text) {
  const [, format = 'text'] = / -o (\S+)/.exec(line) ?? [];
  const language = { sarif: 'json', junit: 'xml', markdown: 'markdown' }[format] ?? 'text';
  return `\`\`\`${language}\n$ meshscope ${line}\n${text}\n\`\`\`\n`;
}
