import { redactEncoded } from '../redaction/redact-encoded.ts';
import type { RedactionKey } from './key-file.ts';
import { renameAddresses } from './rename-addresses.ts';

/** A text with names in it again, and how many pseudonyms there were. */
export interface Revealed {
  readonly text: string;
  readonly revealed: number;
}

/** Escapes of strings and URLs are no part of the word behind them. */
const WORD = /\\+(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[0-7]{3}|[A-Za-z])|%(?:25)*[0-9A-Fa-f]{2}|[A-Za-z0-9]+/g;

/** Turns the pseudonyms in a text back into the names and addresses that a key knows; the rest stays. */
export function reveal(
  text: string,
  { names, addresses }: Pick<RedactionKey, 'names' | 'addresses'>,
): Revealed {
  const nameOf = new Map(names.map(([name, pseudonym]) => [pseudonym, name]));
  const addressOf = new Map(addresses.map(([address, pseudonym]) => [pseudonym, address]));
  let revealed = 0;
  const found = (name: string | undefined, other: string): string => {
    if (name === undefined) return other;
    revealed += 1;
    return name;
  };
  const turnBack = (part: string): string => {
    const named = redactEncoded(part, turnBack, (packed) => packed).replace(WORD, (word) =>
      found(nameOf.get(word) ?? inCaseOf(word, nameOf.get(word.toLowerCase())), word),
    );
    return renameAddresses(named, {
      address: (address) => found(addressOf.get(address), address),
      network: (address, length) => {
        const range = addressOf.get(`${address}/${length}`);
        return found(range?.slice(0, range.lastIndexOf('/')) ?? addressOf.get(address), address);
      },
    });
  };
  return { text: turnBack(text), revealed };
}

/** A name in capitals where its pseudonym stands in capitals. */
function inCaseOf(word: string, name: string | undefined): string | undefined {
  return word === word.toUpperCase() ? name?.toUpperCase() : name;
}
