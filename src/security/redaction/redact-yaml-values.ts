import { canBeSecret, isSecretName } from '../../util/secret-names.ts';
import { REDACTED } from '../../util/secret-text.ts';
import { isMark, markOf, type OnSecret } from './mark.ts';

/** `  - name: rest`; the name may stand in quotes. */
const MEMBER = /^((?:[ \t]*-[ \t]+)*[ \t]*)(["']?)([\w./-]{1,160})\2[ \t]*:(?=[ \t]|$)([ \t]*)(.*)$/;
const EXPLICIT = /^([ \t]*)\?[ \t]+["']?([\w./-]{1,160})["']?[ \t]*$/;
/** Tags and anchors, which stand before a value: `!!str`, `&name`. */
const BEFORE_VALUE = /^(?:[!&][^\s,[\]{}]*[ \t]+)*/;
const COMMENT = /^(?:#.*)?$/;
const PLURAL = /(?:passwords|tokens|api[-_]?keys|access[-_]?keys)$/i;
/** A name, for the cheap look at a whole text. */
const ANY_MEMBER = /^(?:[ \t]*-[ \t]+)*[ \t]*["']?[\w./-]{1,160}["']?[ \t]*:(?:[ \t]|\r?$)|^[ \t]*\?[ \t]/m;

/**
 * A text without what stands under names of secrets in it, where it is written as YAML: a word or words, in quotes, over
 * several lines, in a block, behind a tag, an anchor or a comment. Lines that are no YAML stay as they are.
 */
export function redactYamlValues(text: string, onSecret: OnSecret): string {
  if (!ANY_MEMBER.test(text)) return text;
  const lines = text.split('\n');
  const kept: string[] = [];
  let changed = false;
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const end = valueEnd(lines, at);
    if (end === undefined) {
      kept.push(line);
      at += 1;
      continue;
    }
    const clean = cleanValue(lines.slice(at, end), onSecret);
    changed ||= clean !== undefined;
    kept.push(...(clean ?? lines.slice(at, end)));
    at = end;
  }
  return changed ? kept.join('\n') : text;
}

/** Where the value of a secret name that a line begins with ends; `undefined` where none begins. */
function valueEnd(lines: readonly string[], at: number): number | undefined {
  const line = (lines[at] ?? '').replace(/\r$/, '');
  const [, , name] = EXPLICIT.exec(line) ?? [];
  if (name !== undefined)
    return isSecretName(name) && /^[ \t]*:[ \t]/.test(lines[at + 1] ?? '') ? at + 2 : undefined;
  const [, head = '', , member] = MEMBER.exec(line) ?? [];
  if (member === undefined || !(isSecretName(member) || PLURAL.test(member))) return undefined;
  const isEmpty = COMMENT.test((MEMBER.exec(line)?.[5] ?? '').trim());
  const isItem = (next: string): boolean =>
    isEmpty && /^[ \t]*-[ \t]/.test(next) && next.search(/\S/) >= head.length;
  let end = at + 1;
  while (end < lines.length && (isBelow(lines[end] ?? '', head.length) || isItem(lines[end] ?? ''))) end += 1;
  while (end > at + 1 && (lines[end - 1] ?? '').trim() === '') end -= 1;
  return end;
}

function isBelow(line: string, column: number): boolean {
  const at = line.search(/[^ \t\r]/);
  return at < 0 || at > column;
}

/** A member with its value taken out; `undefined` where nothing in it is one. */
function cleanValue(lines: readonly string[], onSecret: OnSecret): readonly string[] | undefined {
  const [first = '', ...more] = lines;
  const end = first.endsWith('\r') ? '\r' : '';
  if (EXPLICIT.test(first)) return hide(first, /^([ \t]*:[ \t]+)(.*)$/.exec(more[0] ?? ''), onSecret);
  const [, head = '', quote = '', name = '', blank = '', rest = ''] =
    MEMBER.exec(first.replace(/\r$/, '')) ?? [];
  const before = BEFORE_VALUE.exec(rest)?.[0] ?? '';
  const value = rest.slice(before.length);
  const open = `${head}${quote}${name}${quote}:${blank || ' '}`;
  const mark = (secret: string): readonly string[] | undefined => {
    if (isMark(secret) || secret.includes('[redacted') || !canBeSecret(secret)) return undefined;
    onSecret('named-value');
    const sign = markOf(secret);
    return [`${open}"${sign}"${/["']\s*,\s*$/.test(lines.at(-1) ?? '') ? ',' : ''}${end}`];
  };
  const isSingular = isSecretName(name) && !PLURAL.test(name);
  if (/^[|>]/.test(value)) return more.length === 0 ? undefined : mark(more.join('\n'));
  if (COMMENT.test(value)) return below(first, more, isSingular, onSecret);
  if (PLURAL.test(name) && /^\[[^[\]{}]+\]$/.test(value) && !value.includes('[redacted')) {
    onSecret('named-value');
    return [`${open}["${REDACTED}"]${end}`];
  }
  if (!isSecretName(name) || /^[{[*]/.test(value)) return undefined;
  return mark(
    [value, ...more]
      .join('\n')
      .replace(/^["']|["'],?\s*$/g, '')
      .replace(/[ \t]#.*$/, ''),
  );
}

function hide(
  first: string,
  found: RegExpExecArray | null,
  onSecret: OnSecret,
): readonly string[] | undefined {
  const [, open = '', secret = ''] = found ?? [];
  if (isMark(secret.replace(/^["']|["']$/g, '')) || !canBeSecret(secret)) return undefined;
  onSecret('named-value');
  return [first, `${open}"${markOf(secret)}"`];
}

/** What stands below a name: a word or words of its own, or a list of them; a mapping is looked at line by line. */
function below(
  first: string,
  more: readonly string[],
  isSingular: boolean,
  onSecret: OnSecret,
): readonly string[] | undefined {
  const said = more.filter((line) => !COMMENT.test(line.trim()));
  if (said.length === 0 || said.some((line) => MEMBER.test(line.replace(/\r$/, '')) || /[{}]/.test(line)))
    return nested(first, more, onSecret);
  const isList = said.every((line) => /^[ \t]*-[ \t]/.test(line));
  if (!isList && !isSingular) return undefined;
  let changed = false;
  const clean = (isList ? more : [said.join('\n')]).map((line) => {
    const [, open = '', secret = ''] = /^([ \t]*(?:-[ \t]+)?)([\s\S]*)$/.exec(line) ?? [];
    if (COMMENT.test(secret.trim()) || isMark(secret.replace(/^["']|["']$/g, '')) || !canBeSecret(secret))
      return line;
    changed = true;
    onSecret('named-value');
    return `${open}"${markOf(secret)}"`;
  });
  return changed ? [first, ...clean] : undefined;
}

function nested(first: string, more: readonly string[], onSecret: OnSecret): readonly string[] | undefined {
  const inner = more.join('\n');
  const clean = redactYamlValues(inner, onSecret);
  return clean === inner ? undefined : [first, ...clean.split('\n')];
}
