/** One resource that Envoy refused and why. `name` is absent when Envoy does not say which resource it was. */
export interface Rejection {
  readonly name?: string | undefined;
  /** The reason in plain words, on one line. */
  readonly reason: string;
  /** What the text names (filters, extensions, protobuf types): what an EnvoyFilter can be recognised by. */
  readonly mentions: readonly string[];
}

const HEAD =
  /^(?:Error adding\/updating |error adding )(?:listener|cluster|route|endpoint|secret|resource)s?(?:\(s\))?:? */i;

/**
 * The refused resources of a NACK text, in the text's order. Envoy joins the reasons of several resources in one
 * text, a line each for listeners and with commas for clusters, and prints offending protobufs over several lines.
 */
export function parseNack(details: string): readonly Rejection[] {
  const text = withoutLogPrefix(details).trim();
  if (text === '') return [];
  const body = text.replace(HEAD, '');
  const named = body !== text;
  const pieces = named ? splitResources(body) : [{ name: undefined, text: body }];
  return pieces.map(({ name, text: piece }) => ({
    name,
    reason: plainReason(piece) || 'no reason given',
    mentions: mentionsOf(piece),
  }));
}

/** `gRPC config for type.googleapis.com/… rejected: ` is what Envoy puts in front in its log. */
function withoutLogPrefix(text: string): string {
  return text.replace(/^(?:(?:delta config|gRPC config|config) for \S+ rejected: )+/i, '');
}

interface Piece {
  readonly name: string | undefined;
  readonly text: string;
}

/** A new resource starts a line with `NAME: `; lines of a printed protobuf are indented or have braces. */
function splitResources(body: string): Piece[] {
  const pieces: { name: string | undefined; text: string }[] = [];
  let depth = 0;
  for (const line of body.split('\n')) {
    const start =
      depth === 0
        ? /^(?!goo\.gle\/)([^\s:{}'"(][^\s:{}'"]*|[^\s{}'"]+\|[^\s{}'"]*):(?: (.*))?$/.exec(line)
        : null;
    const last = pieces.at(-1);
    if (start && !looksLikeReason(start[1] ?? '')) pieces.push({ name: start[1], text: start[2] ?? '' });
    else if (last) last.text += `\n${line}`;
    else pieces.push({ name: undefined, text: line });
    depth = Math.max(0, depth + count(line, '{') - count(line, '}'));
  }
  return pieces.flatMap((piece) => splitByComma(piece));
}

function looksLikeReason(word: string): boolean {
  return /^(?:error|reason|duplicate|invalid|unable|proto)$/i.test(word);
}

/** Clusters: `outbound|80||a: why, outbound|80||b: why`. Only a name with bars starts a new piece here. */
function splitByComma(piece: Piece): Piece[] {
  const starts = [
    ...piece.text.matchAll(
      /, ((?:inbound|outbound)(?:_\.\d+_\.[^|]*_\.[^:,\s]*|\|[^:,\s]*\|[^:,\s]*\|[^:,\s]*)): /g,
    ),
  ];
  if (starts.length === 0) return [piece];
  const parts: Piece[] = [];
  let name = piece.name;
  let from = 0;
  for (const start of starts) {
    parts.push({ name, text: piece.text.slice(from, start.index) });
    name = start[1];
    from = start.index + start[0].length;
  }
  parts.push({ name, text: piece.text.slice(from) });
  return parts;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

/** The reason on one line: without the printed protobuf, doubled prefixes and Envoy's class names. */
function plainReason(raw: string): string {
  const text = raw.replace(/goo\.gle\/\S*\s*/g, '').trim();
  const implementation =
    /Didn't find a registered implementation for (?:name: )?'([^']*)'(?: with type URL: '([^']*)')?/i.exec(
      text,
    );
  if (implementation) return noImplementation(implementation[1] ?? '', implementation[2] ?? '');
  const constraint = /Proto constraint validation failed \(([\s\S]*)\)\s*(?::[\s\S]*)?$/.exec(text);
  if (constraint) return constraintReason(constraint[1] ?? '');
  const factory = /^'([^']*)' does not have an object factory$/.exec(text);
  if (factory) return `no object factory for '${factory[1]}'`;
  const oneLine = withoutProto(text)
    .replace(/\s+/g, ' ')
    .replace(/^(?:(?:Error|EnvoyException): )+/i, '')
    .trim();
  return withoutRepeats(oneLine).slice(0, 400);
}

function noImplementation(name: string, typeUrl: string): string {
  return `no implementation for '${name || typeUrl}'`;
}

/** `AValidationError.Field: … | caused by BValidationError.Other: why` → the innermost field and its reason. */
function constraintReason(text: string): string {
  const innermost =
    text
      .split(/\|\s*caused by\s*/)
      .at(-1)
      ?.trim() ?? text;
  const match = /^(\w+?)ValidationError\.(\w+)(\[[^\]]*\])?:\s*([\s\S]*)$/.exec(innermost);
  if (!match) return innermost.replace(/\s+/g, ' ');
  const field = (match[2] ?? '').replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
  return `${match[1]}.${field}${match[3] ?? ''}: ${(match[4] ?? '').replace(/\s+/g, ' ').trim()}`;
}

/** Drops lines of a printed protobuf (text format) that stand in front of or behind the reason. */
function withoutProto(text: string): string {
  const kept: string[] = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    const opens = count(line, '{');
    const closes = count(line, '}');
    const proto =
      depth > 0 || /^\s*\w+ \{\s*$/.test(line) || /^\s+\w+: \S/.test(line) || /^\s*\}\s*$/.test(line);
    depth = Math.max(0, depth + opens - closes);
    if (!proto) kept.push(line);
  }
  const rest = kept.join('\n').replace(/^[\s:]+/, '');
  return rest.trim() === '' ? text : rest;
}

/** `a: a: why` → `a: why`. */
function withoutRepeats(text: string): string {
  return text.replace(/(^|: )([^:]{3,}: )\2+/g, '$1$2');
}

/** Names in the text: quoted ones, protobuf types, extension names with dots, and the class of a validation error. */
function mentionsOf(text: string): string[] {
  const found = new Set<string>();
  for (const [, quoted] of text.matchAll(/(?<![A-Za-z])'([^'\n]{2,200})'(?![A-Za-z])/g)) add(found, quoted);
  for (const [, type] of text.matchAll(/type\.googleapis\.com\/([\w.]+)/g)) add(found, type);
  for (const [name] of text.matchAll(/\b(?:[a-z][\w]*\.){2,}[A-Za-z]\w*/g)) add(found, name);
  for (const [, message] of text.matchAll(/\b([A-Z]\w*?)ValidationError\b/g)) add(found, message);
  return [...found];
}

function add(found: Set<string>, name: string | undefined): void {
  const bare = name?.replace(/^type\.googleapis\.com\//, '').trim();
  if (bare && bare !== 'goo.gle' && !/\s/.test(bare)) found.add(bare);
}
