import { parseSectionType, type SectionName } from './section.ts';

/** Where one entry of `configs` stands in the bytes of a dump, and which section its `@type` names. */
export interface DumpSlice {
  readonly name: SectionName;
  readonly start: number;
  readonly end: number;
}

const HEAD = '{\n "configs": [\n';
const TAIL = /\}\n \]\n\}\s*$/;
const ENTRY = '  {\n   "@type": "type.googleapis.com/envoy.admin.v3.';
const CAMEL_CASE_KEY = /^ {3}"[a-z]+[A-Z]/m;

/**
 * The sections of a dump as Envoy prints it (one blank of indentation a level), found without parsing: a command that
 * needs one section of a large dump then parses that one alone. `undefined` for any other layout, for pieces that
 * `?resource=` gives, and for camelCase: those are parsed whole. A newline can't stand inside a JSON string, so an
 * entry found here is an entry; what lies between two of them is checked only when it is parsed.
 */
export function sliceDump(bytes: Uint8Array): readonly DumpSlice[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString('latin1', 0, HEAD.length) !== HEAD) return undefined;
  const tail = TAIL.exec(buffer.toString('latin1', Math.max(0, buffer.length - 64)));
  if (tail === null) return undefined;
  const starts = entryStarts(buffer);
  if (starts[0] !== HEAD.length) return undefined;
  const last = buffer.length - tail[0].length + 1;
  const slices: DumpSlice[] = [];
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1];
    const end = next === undefined ? last : next - 2;
    if (next !== undefined && buffer.toString('latin1', end - 1, next) !== '},\n') return undefined;
    const head = buffer.toString('latin1', start, Math.min(end, start + 400));
    const type = parseSectionType(/"@type": "([^"]*)"/.exec(head)?.[1] ?? '');
    if (CAMEL_CASE_KEY.test(head) || type?.piece !== undefined) return undefined;
    if (type !== undefined) slices.push({ name: type.name, start, end });
  }
  return slices;
}

function entryStarts(buffer: Buffer): number[] {
  const starts: number[] = [];
  // The newline in front makes the pattern match at the beginning of a line only.
  const pattern = Buffer.from(`\n${ENTRY}`);
  for (let at = buffer.indexOf(pattern); at >= 0; at = buffer.indexOf(pattern, at + pattern.length)) {
    starts.push(at + 1);
  }
  return starts;
}
