import { dataError } from '../../util/errors.ts';
import { asObject, asString, field } from '../../util/json.ts';
import { loadJson } from '../../util/load-json.ts';

/** What turns names into pseudonyms and back. Whoever has it can read the archive as if nothing had been hidden. */
export interface RedactionKey {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Names with their pseudonyms. */
  readonly names: readonly (readonly [string, string])[];
  /** IP addresses and ranges (`10.0.0.0/8`) with their pseudonyms. */
  readonly addresses: readonly (readonly [string, string])[];
}

const API_VERSION = 'meshscope.io/v1';
const KIND = 'RedactionKey';
const KEY_BYTES = 32;

/** Reads a key file. Throws exit 65 when it is none, or is of a later format. */
export function parseRedactionKey(bytes: Uint8Array, label: string): RedactionKey {
  const value = loadJson(bytes, label);
  if (field(value, 'kind') !== KIND || field(value, 'apiVersion') !== API_VERSION)
    throw dataError(`${label} is no key of pseudonyms (kind ${KIND}, ${API_VERSION})`, {
      hint: 'meshscope bug-report --redact names,ips writes one',
    });
  const key = Buffer.from(asString(field(value, 'key')) ?? '', 'base64');
  if (key.byteLength !== KEY_BYTES) throw dataError(`${label}: key is not ${KEY_BYTES} bytes in base64`);
  return { key, names: pairs(field(value, 'names')), addresses: pairs(field(value, 'addresses')) };
}

/** Two states of one key as one; where they differ, the second one has the last word. */
export function joinedKeys(before: RedactionKey, { key, names, addresses }: RedactionKey): RedactionKey {
  return {
    key,
    names: joinedPairs(before.names, names),
    addresses: joinedPairs(before.addresses, addresses),
  };
}

function joinedPairs(...pairs: readonly RedactionKey['names'][]): RedactionKey['names'] {
  return [...new Map(pairs.flat())].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The text of a key file after an archive was written. */
export function formatRedactionKey({ key, names, addresses }: RedactionKey): string {
  const document = {
    apiVersion: API_VERSION,
    kind: KIND,
    note: 'Keep this file to yourself: it turns the pseudonyms of an archive back into names. Give it to --redact-key for a later archive with the same pseudonyms.',
    key: Buffer.from(key).toString('base64'),
    names: Object.fromEntries(names),
    addresses: Object.fromEntries(addresses),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function pairs(value: unknown): readonly (readonly [string, string])[] {
  return Object.entries(asObject(value) ?? {}).flatMap(([name, pseudonym]) =>
    typeof pseudonym === 'string' ? [[name, pseudonym] as const] : [],
  );
}
