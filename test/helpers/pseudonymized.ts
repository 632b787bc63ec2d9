import { readFileSync } from 'node:fs';
import { parseCertificates } from '../../src/security/certificate.ts';
import { parseRedactionKey, type RedactionKey } from '../../src/security/pseudonyms/key-file.ts';
import { reveal } from '../../src/security/pseudonyms/reveal.ts';
import { type RunResult, run } from './run.ts';

/** Where one mesh lies with its names and with pseudonyms, and the key between them. */
export interface TwoMeshes {
  readonly plain: string;
  readonly pseudonymized: string;
  readonly keyFile: string;
}

/** What a command says of a mesh with its names, and of the one with pseudonyms after these were turned back. */
export interface TwoAnswers {
  readonly plain: RunResult;
  readonly pseudonymized: RunResult;
  /** Both answers in JSON, with lists in an order that does not hang on names. */
  readonly expected: unknown;
  readonly revealed: unknown;
}

/** Runs a command line on both meshes; the names in it are hidden for the second. */
export async function bothWays(line: string, meshes: TwoMeshes): Promise<TwoAnswers> {
  const key = parseRedactionKey(readFileSync(meshes.keyFile), meshes.keyFile);
  const plain = await run(`${line} --from ${meshes.plain} -o json`);
  const pseudonymized = await run(`${hidden(line, key)} --from ${meshes.pseudonymized} -o json`);
  const { text } = reveal(pseudonymized.stdout, key);
  return {
    plain,
    pseudonymized,
    expected: inOrder(json(plain.stdout)),
    revealed: inOrder(json(text)),
  };
}

/** A command line as a supporter would write it: with pseudonyms behind the words of the command. */
function hidden(line: string, { names, addresses }: RedactionKey): string {
  const wordOf = new Map(names);
  const addressOf = new Map(addresses);
  const hide = (word: string): string =>
    word
      .replace(/\d+\.\d+\.\d+\.\d+/g, (address) => addressOf.get(address) ?? address)
      .replace(/[a-z0-9]+/g, (part) => wordOf.get(part) ?? part);
  return line
    .split(' ')
    .map((word) => (/[./]/.test(word) || /^=/.test(word) || wordOf.has(word) ? hide(word) : word))
    .join(' ');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What is computed from the letters of names: fingerprints of findings, names that look alike. */
const NAME_BOUND: ReadonlySet<string> = new Set(['fingerprint', 'near']);

function inOrder(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(inOrder)
      .map((item) => [JSON.stringify(item), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, item]) => item);
  if (typeof value === 'string' && /^LS0tLS1CRUdJTi|^W3JlZGFjdGVk|-----BEGIN CERT/.test(value))
    return parseCertificates(value).map((one) => (one.ok ? one.certificate.fingerprint : one.reason));
  if (typeof value === 'string') return value.replace(/;? ?[(]?the nearest is "[^"]*"[)]?/, '');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name]) => !NAME_BOUND.has(name))
    .map(([name, member]) => [name, inOrder(member)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
