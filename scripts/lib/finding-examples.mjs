// What follows from the fixtures of the analyzers: for each code an example that raises it and a near-miss.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

const FOLDER = join(ROOT, 'fixtures/analyzers');
const COMMENT = /\s*# (expect|ok): ([A-Z]{3}\d{4})(?: (.*))?$/;
/** An example longer than this is cut to what stands around its marked lines. */
const WHOLE = 26;
const BEFORE = 9;
const AFTER = 5;
const WIDEST = 100;

/** Text of analyzers/examples.generated.json: `{ CODE: { raises, nearMiss } }`, excerpts of fixtures. */
export async function findingExamples() {
  const examples = {};
  for (const family of (await readdir(FOLDER)).sort()) {
    for (const file of (await readdir(join(FOLDER, family))).sort()) {
      const text = await readFile(join(FOLDER, family, file), 'utf8');
      for (const document of text.split(/^---$/m)) collect(examples, document.replace(/^\n|\s+$/g, ''));
    }
  }
  const sorted = Object.fromEntries(Object.entries(examples).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, undefined, 2)}\n`;
}

/** Takes the first document that raises a code, and the first near-miss: the one in the same document goes before. */
function collect(examples, document) {
  const lines = document.split('\n');
  const marks = lines.flatMap((line, index) => {
    const [, kind, code] = COMMENT.exec(line) ?? [];
    return kind === undefined ? [] : [{ kind, code, index }];
  });
  for (const { kind, code } of marks) {
    const key = kind === 'expect' ? 'raises' : 'nearMiss';
    examples[code] ??= {};
    const example = examples[code];
    if (example[key] !== undefined) continue;
    const wanted = marks.filter((mark) => mark.code === code && mark.kind === kind);
    example[key] = excerpt(
      lines,
      code,
      wanted.slice(0, 2).map(({ index }) => index),
    );
  }
}

function excerpt(lines, code, marked) {
  const isShort = lines.length <= WHOLE;
  const head = headLines(lines);
  const keep = lines.map(
    (_, index) =>
      isShort || head.has(index) || marked.some((at) => index >= at - BEFORE && index <= at + AFTER),
  );
  const shown = [];
  for (const [index, line] of lines.entries()) {
    if (keep[index]) shown.push(marked.includes(index) ? markedLine(line, code) : plainLine(line));
    else if (keep[index - 1]) shown.push(`${/^\s*/.exec(line)[0]}# …`);
  }
  return shown.filter((line) => line !== undefined).join('\n');
}

/** The lines that say which resource it is. */
function headLines(lines) {
  const found = new Set();
  for (const [index, line] of lines.entries()) {
    if (/^(apiVersion|kind|metadata):/.test(line) || /^ {2}(name|namespace):/.test(line)) found.add(index);
  }
  return found;
}

function markedLine(line, code) {
  return line.replace(COMMENT, (_, kind, __, why) =>
    kind === 'expect' ? `  # ← ${code}` : `  # fine: ${why}`,
  );
}

function plainLine(line) {
  const plain = line.replace(COMMENT, '');
  return plain.length > WIDEST ? `${plain.slice(0, WIDEST)}…` : plain;
}
