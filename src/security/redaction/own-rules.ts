import { asString, type JsonObject } from '../../util/json.ts';
import { type LinearRegexp, linearRegexp } from '../../util/linear-regexp.ts';
import { isMark, markOf, type OnSecret } from './mark.ts';
import type { RedactionPass } from './redact-file.ts';

const DEEPEST = 200;

/**
 * Rules of one's own, which add to those for everybody: fields, settings and variables that hold secrets by their names
 * (in any spelling: `vaultPin`, `vault_pin`, `VAULT-PIN`), and patterns of which whatever matches is a secret. Patterns
 * are searched for in time linear in the text. Throws `RegexpFault` for a pattern that is none.
 */
export class OwnRules {
  readonly #fields: ReadonlySet<string>;
  readonly #assignment: RegExp | undefined;
  readonly #patterns: readonly LinearRegexp[];

  constructor(fields: readonly string[], patterns: readonly string[]) {
    this.#fields = new Set(fields.map(plainName).filter((name) => name !== ''));
    this.#assignment = this.#fields.size === 0 ? undefined : assignmentOf([...this.#fields]);
    this.#patterns = patterns.map((pattern) => linearRegexp(pattern));
  }

  /** The rules as something that is done to a file; `onSecret` is told of each secret. */
  pass(onSecret: OnSecret): RedactionPass {
    return { json: (value) => this.#any(value, onSecret, 0), text: (text) => this.#lines(text, onSecret) };
  }

  #any(value: unknown, onSecret: OnSecret, depth: number): unknown {
    if (typeof value === 'string') return this.#lines(value, onSecret);
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#any(item, onSecret, depth + 1));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const object = value as JsonObject;
    const isNamed = this.#holds(asString(object['name']) ?? asString(object['key']));
    let changed = false;
    const entries = Object.entries(object).map(([name, member]) => {
      const isSecret = this.#holds(name) || (isNamed && name === 'value');
      const clean = isSecret ? hidden(member, onSecret, depth) : this.#any(member, onSecret, depth + 1);
      changed ||= clean !== member;
      return [name, clean] as const;
    });
    return changed ? Object.fromEntries(entries) : value;
  }

  #holds(name: string | undefined): boolean {
    return name !== undefined && name.length < 200 && this.#fields.has(plainName(name));
  }

  #lines(text: string, onSecret: OnSecret): string {
    const assigned = this.#assignment === undefined ? text : this.#assigned(text, this.#assignment, onSecret);
    return this.#patterns.reduce((before, pattern) => withoutMatches(before, pattern, onSecret), assigned);
  }

  #assigned(text: string, assignment: RegExp, onSecret: OnSecret): string {
    return text.replace(assignment, (all: string, head: string, secret: string) =>
      isMark(secret) || secret.startsWith('[redacted')
        ? all
        : head + hiddenText(secret, 'named-value', onSecret),
    );
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '');
}

/** `name: value`, `name=value` and `"name": "value"` in a text, with any of `-`, `_` and `.` in the name. */
function assignmentOf(names: readonly string[]): RegExp {
  const spellings = names.map((name) =>
    [...name].map((char) => char.replace(/[^a-z0-9]/, '\\$&')).join('[-_.]?'),
  );
  return new RegExp(
    `((?<![\\w.-])["']?(?:${spellings.join('|')})\\\\{0,4}["']?[ \\t]*[:=][ \\t]*\\\\{0,4}["']?)([^\\s"'\\\\,;&]+)`,
    'gi',
  );
}

function hidden(value: unknown, onSecret: OnSecret, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'number')
    return value === '' ? value : hiddenText(String(value), 'named-value', onSecret);
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => hidden(item, onSecret, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, hidden(member, onSecret, depth + 1)]),
  );
}

function hiddenText(secret: string, rule: 'named-value' | 'own-pattern', onSecret: OnSecret): string {
  if (isMark(secret)) return secret;
  onSecret(rule);
  return markOf(secret);
}

function withoutMatches(text: string, pattern: LinearRegexp, onSecret: OnSecret): string {
  if (!pattern.test(text)) return text;
  return text
    .split('\n')
    .map((line) => lineWithoutMatches(line, pattern, onSecret))
    .join('\n');
}

function lineWithoutMatches(line: string, pattern: LinearRegexp, onSecret: OnSecret): string {
  let clean = '';
  let from = 0;
  for (let match = pattern.find(line, from); match !== undefined; match = pattern.find(line, from)) {
    const [start, end] = match;
    // What matches nothing hides nothing.
    if (end === start) break;
    clean += line.slice(from, start) + hiddenText(line.slice(start, end), 'own-pattern', onSecret);
    from = end;
  }
  return clean + line.slice(from);
}
