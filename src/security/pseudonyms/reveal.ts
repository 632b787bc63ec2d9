import type { RedactionKey } from './key-file.ts';
import { renameAddresses } from './rename-text.ts';

/** A text with names in it again, and how many pseudonyms there were. */
export interface Revealed {
  readonly text: string;
  readonly revealed: number;
}

/** Escapes of strings and URLs are no part of the word behind them. */
const WORD = /\\+[A-Za-z]|%[0-9A-Fa-f]{2}|[A-Za-z0-9]+/g;

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
  const addressed = renameAddresses(text, {
    address: (address) => found(addressOf.get(address), address),
    network: (address, length) => {
      const range = addressOf.get(`${address}/${length}`);
      return found(range?.slice(0, range.lastIndexOf('/')) ?? addressOf.get(address), address);
    },
  });
  const whole = addressed.replace(WORD, (word) =>
    found(nameOf.get(word) ?? inCapitals(nameOf.get(word.toLowerCase()), word), word),
  );
  return { text: whole, revealed };
}

/** A name where the pseudonym stands in capitals, as in variables that are called after a Service. */
function inCapitals(name: string | undefined, word: string): string | undefined {
  return word === word.toUpperCase() ? name?.toUpperCase().replaceAll('-', '_') : name;
}
