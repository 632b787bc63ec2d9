import { loadAll } from 'js-yaml';

/** The format that a command line asks for: `json` and `yaml` are compared as data, everything else as text. */
export function formatOf(argv: readonly string[]): 'json' | 'yaml' | 'text' {
  const at = argv.findIndex((word) => /^(-o|--output)$/.test(word));
  const inline = argv.find((word) => /^(-o=?|--output=)\w/.test(word))?.replace(/^(-o=?|--output=)/, '');
  const word = at < 0 ? inline : argv[at + 1];
  return word === 'json' || word === 'yaml' ? word : 'text';
}

/** The documents of a JSON or YAML output; text that is neither stays text, so that it still is compared. */
export function documents(text: string, format: 'json' | 'yaml'): unknown {
  if (format === 'yaml') return loadAll(text);
  return concatenated(text).map((part) => JSON.parse(part) as unknown);
}

/** The JSON texts that follow each other without a separator, as some commands of the reference print them. */
function concatenated(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    if (token !== '}' && token !== ']') continue;
    depth -= 1;
    if (depth !== 0) continue;
    parts.push(text.slice(start, index + 1));
    start = index + 1;
  }
  const rest = text.slice(start).trim();
  return rest === '' ? parts : [...parts, rest];
}

/** Ages differ between the moment of a live run and that of the recording: `SYNCED (45s)` becomes `SYNCED (AGE)`. */
export function withoutAges(text: string): string {
  return text.replace(/\((?:(?:\d+(?:y|d|h|m|s))+)\)/g, '(AGE)');
}

/** Columns are padded to their widest cell, ages included: runs of blanks count as one, those at an end as none. */
export function withoutPadding(text: string): string {
  return text.replace(/ {2,}/g, '  ').replace(/ +$/gm, '');
}
