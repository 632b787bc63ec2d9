import { createHmac } from 'node:crypto';
import { labelSegments } from './label-segments.ts';
import { KEPT_WORDS } from './vocabulary.ts';

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aeiou';
const SYLLABLES = 3;
/** Longest DNS label. Source: RFC 1035. */
const LONGEST_LABEL = 63;

/**
 * Pseudonyms of names: words of six letters that are made by a key, one for each part between hyphens, so that one name
 * has one pseudonym in every archive that is made with that key, in whatever order names come. They are valid wherever
 * the name was.
 */
export class NamePseudonyms {
  readonly #key: Uint8Array;
  readonly #byName = new Map<string, string>();
  readonly #byWord = new Map<string, string>();

  /** `known`: names with the pseudonyms that an earlier archive gave them. */
  constructor(key: Uint8Array, known: Iterable<readonly [string, string]> = []) {
    this.#key = key;
    for (const [name, word] of known) {
      this.#byName.set(name, word);
      this.#byWord.set(word, name);
    }
  }

  /** What was given a pseudonym so far, in the order of the names. */
  mapping(): readonly (readonly [string, string])[] {
    return [...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Whether a word is a pseudonym: it is not given another one. */
  isPseudonym(word: string): boolean {
    return this.#byWord.has(word);
  }

  /** A DNS label with a pseudonym in the place of each part that is somebody's. */
  label(label: string): string {
    const parts = labelSegments(label);
    if (!parts.some(({ isName }) => isName)) return label;
    const whole = parts.map(({ text, isName }) => (isName ? this.#of(text) : text)).join('-');
    return whole.length > LONGEST_LABEL && whole.length > label.length ? this.#of(label) : whole;
  }

  /** The pseudonym of a text that is a name as a whole, such as that of a context. */
  whole(text: string): string {
    return this.#of(text);
  }

  #of(name: string): string {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    for (let turn = 0; ; turn += 1) {
      const word = wordOf(createHmac('sha256', this.#key).update(`name\0${turn}\0${name}`).digest());
      // Two names never share a pseudonym, and none is a word that means something.
      if (this.#byWord.has(word) || this.#byName.has(word) || KEPT_WORDS.has(word)) continue;
      this.#byName.set(name, word);
      this.#byWord.set(word, name);
      return word;
    }
  }
}

function wordOf(bytes: Uint8Array): string {
  let word = '';
  for (let index = 0; index < SYLLABLES; index += 1) {
    word += CONSONANTS[(bytes[2 * index] ?? 0) % CONSONANTS.length];
    word += VOWELS[(bytes[2 * index + 1] ?? 0) % VOWELS.length];
  }
  return word;
}
