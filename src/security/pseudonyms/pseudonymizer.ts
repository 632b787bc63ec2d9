import type { JsonObject } from '../../util/json.ts';
import { REDACTED } from '../../util/secret-text.ts';
import { redactEncoded } from '../redaction/redact-encoded.ts';
import { AddressPseudonyms } from './address-pseudonyms.ts';
import { CertificateHider } from './certificates.ts';
import { isNameOfObjects, KnownNames } from './known-names.ts';
import { learnNames } from './learn-names.ts';
import { NamePseudonyms } from './name-pseudonyms.ts';
import { renameAddresses } from './rename-addresses.ts';
import { NameRenamer } from './rename-text.ts';
import { FIELD_WORDS, KEPT_SUFFIXES } from './vocabulary.ts';

/** What is given pseudonyms. */
export type Pseudonymized = 'names' | 'ips';

/** What a pseudonymizer starts from. */
export interface PseudonymOptions {
  readonly what: ReadonlySet<Pseudonymized>;
  /** At least 32 bytes that nobody else knows. */
  readonly key: Uint8Array;
  /** What an earlier archive gave out. */
  readonly names?: Iterable<readonly [string, string]>;
  readonly addresses?: Iterable<readonly [string, string]>;
  /** Words that are names besides those found. */
  readonly words?: readonly string[];
  /** Fields and labels that hold names besides the known ones. */
  readonly fields?: readonly string[];
  /** PEM of authorities that name nobody of a mesh, since everybody knows them. */
  readonly publicRoots?: readonly string[];
}

const DEEPEST = 200;

/**
 * Puts pseudonyms in the place of names and IP addresses, in JSON by its structure and in texts by what is known. Names
 * are learnt from all JSON that comes by; whoever wants all of them hidden lets it learn before it renames.
 */
export class Pseudonymizer {
  readonly names: NamePseudonyms;
  readonly addresses: AddressPseudonyms;
  readonly what: ReadonlySet<Pseudonymized>;
  readonly #known: KnownNames;
  readonly #renamer: NameRenamer;
  readonly #fields: ReadonlySet<string>;
  readonly #certificates: CertificateHider;

  constructor({ what, key, names, addresses, words, fields = [], publicRoots }: PseudonymOptions) {
    this.what = what;
    this.names = new NamePseudonyms(key, names);
    this.addresses = new AddressPseudonyms(key, addresses);
    this.#known = new KnownNames(words);
    this.#renamer = new NameRenamer(this.#known, this.names);
    this.#fields = new Set(fields);
    const hide = {
      text: (text: string) => this.text(text),
      whole: (text: string) => this.names.whole(text),
      learnHost: (host: string) => this.#known.addHost(host),
    };
    this.#certificates = new CertificateHider(hide, publicRoots);
  }

  /** Learns the names in objects or pages that are renamed later. */
  learn(value: unknown): void {
    if (!this.what.has('names')) return;
    learnNames(value, {
      known: this.#known,
      fields: this.#fields,
      onCluster: (name) => this.learnName(name),
      onCertificates: (text) => this.#certificates.learn(text),
    });
  }

  /** Learns one name, such as that of a cluster or context, which may have characters that names of objects have not. */
  learnName(name: string): void {
    this.#known.add(name);
    if (!isNameOfObjects(name)) this.#renamer.learnWhole(name);
  }

  /** A text (a path, a log, a sentence) with pseudonyms. */
  text(text: string): string {
    return this.#plain(
      redactEncoded(
        text,
        (inner) => this.text(inner),
        () => REDACTED,
      ),
    );
  }

  #plain(text: string): string {
    const whole = this.what.has('names') ? this.#renamer.wholes(text) : text;
    const addressed = this.what.has('ips') ? renameAddresses(whole, this.addresses) : whole;
    if (!this.what.has('names')) return addressed;
    const bare = /-----BEGIN|MII/.test(addressed) ? this.#certificates.hide(addressed) : addressed;
    return this.#renamer.text(bare);
  }

  /** The name of something that is a name as a whole, such as a context of a kubeconfig. */
  whole(text: string): string {
    return this.what.has('names') && text !== '' ? this.names.whole(text) : text;
  }

  /** A JSON value with pseudonyms; the same value where nothing had to change. */
  json(value: unknown): unknown {
    this.learn(value);
    return this.#any(value, 0);
  }

  #any(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#string(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return '(nested too deeply to be kept)';
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#any(item, depth + 1));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const object = value as JsonObject;
    // Schemas of projects that everybody uses name nobody, and break when a word of theirs is changed.
    if (isEverybodysSchema(object)) return value;
    const range = this.what.has('ips') ? this.#range(object) : undefined;
    let changed = false;
    const entries = Object.entries(object).map(([name, member]) => {
      const key = this.#key(name);
      const renamed = range?.[name] ?? this.#any(member, depth + 1);
      if (key !== name || renamed !== member) changed = true;
      return [key, renamed] as const;
    });
    return changed ? Object.fromEntries(entries) : value;
  }

  /** Envoy's `CidrRange`, whose length stands beside the address. */
  #range(object: JsonObject): Record<string, string> | undefined {
    for (const [address, length] of [
      ['address_prefix', 'prefix_len'],
      ['addressPrefix', 'prefixLen'],
    ] as const) {
      const text = object[address];
      if (typeof text !== 'string') continue;
      const bits = object[length] ?? 0;
      return { [address]: this.addresses.network(text, Number(bits)) };
    }
    return undefined;
  }

  #key(name: string): string {
    return FIELD_WORDS.has(name) ? name : this.text(name);
  }

  #string(text: string): string {
    if (text.length < 2) return text;
    return this.text(text);
  }
}

function isEverybodysSchema(object: JsonObject): boolean {
  if (object['kind'] !== 'CustomResourceDefinition') return false;
  const name = (object['metadata'] as JsonObject | undefined)?.['name'];
  return typeof name === 'string' && KEPT_SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`));
}
