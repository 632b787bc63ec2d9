import { createHmac } from 'node:crypto';
import { addressBytes, addressText, bitAt } from './address-bits.ts';

interface Range {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Its addresses stay what they are. */
  readonly stays: boolean;
}

function range(cidr: string, stays: boolean): Range {
  const [address = '', length] = cidr.split('/');
  return { bytes: addressBytes(address) ?? new Uint8Array(4), length: Number(length), stays };
}

/** Addresses that mean the same in every mesh. Istio hands out 240.240.0.0/16 and 2001:2::/48 itself. */
const STAYING = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'],
  ...['::/128', '::1/128', 'ff00::/8', '2001:2::/48'],
];
/** Ranges with a meaning: an address of one has a pseudonym in the same one. `::ffff:0:0/96` holds those of IPv4. */
const MEANINGFUL = [
  ...['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', '198.18.0.0/15'],
  ...[
    '::ffff:0:0/96',
    '64:ff9b::/96',
    'fc00::/8',
    'fd00::/8',
    'fe80::/10',
    '2000::/3',
    '2001:db8::/32',
    '2002::/16',
  ],
];
const RANGES: readonly Range[] = [
  ...STAYING.map((cidr) => range(cidr, true)),
  ...MEANINGFUL.map((cidr) => range(cidr, false)),
];

/** Prefixes whose end holds an address of IPv4. */
const WRAPPERS = ['::ffff:0:0', '64:ff9b::'].map((text) => addressBytes(text) ?? new Uint8Array(16));

/**
 * Pseudonyms of IP addresses that keep what addresses have in common: two with n leading bits in common have pseudonyms
 * with n leading bits in common and no more, so that a range still holds what it held. Each bit is turned or not by a
 * key and the bits before it; where turning it would move an address out of a range with a meaning, it is left.
 */
export class AddressPseudonyms {
  readonly #key: Uint8Array;
  readonly #turns = new Map<string, Uint8Array>();
  readonly #given = new Map<string, string>();

  constructor(key: Uint8Array, known: Iterable<readonly [string, string]> = []) {
    this.#key = key;
    for (const [address, pseudonym] of known) this.#given.set(address, pseudonym);
  }

  /** What was given a pseudonym so far, sorted by address. */
  mapping(): readonly (readonly [string, string])[] {
    return [...this.#given].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The pseudonym of an address; the text as it is when it is none, or one that stays. */
  address(text: string): string {
    const known = this.#given.get(text);
    if (known !== undefined) return known;
    const bytes = addressBytes(text);
    return bytes === undefined ? text : this.#note(text, bytes, bytes.length * 8);
  }

  /** The pseudonym of the first address of a range with that many leading bits: what is zero behind them stays so. */
  network(text: string, length: number): string {
    const bytes = addressBytes(text);
    if (bytes === undefined || length > bytes.length * 8) return text;
    const isFirst = bytes.every((byte, index) => (byte & ~maskAt(index, length) & 0xff) === 0);
    return isFirst ? this.#note(text, bytes, length, `/${length}`) : this.address(text);
  }

  #note(text: string, bytes: Uint8Array, length: number, end = ''): string {
    const pseudonym = this.#of(bytes, length);
    if (pseudonym === undefined) return text;
    const written = addressText(pseudonym);
    this.#given.set(`${text}${end}`, `${written}${end}`);
    return written;
  }

  #of(bytes: Uint8Array, length: number): Uint8Array | undefined {
    if (RANGES.some((one) => one.stays && holds(one, bytes))) return undefined;
    const wrapper = bytes.length === 16 && WRAPPERS.some((one) => startsWith(bytes, one, 96));
    if (wrapper) {
      const inner = this.#of(bytes.slice(12), Math.max(0, length - 96));
      return inner && Uint8Array.from([...bytes.slice(0, 12), ...inner]);
    }
    const turned = Uint8Array.from(bytes);
    const near = RANGES.filter((one) => one.bytes.length === bytes.length);
    for (let at = 0; at < length; at += 1) {
      // A range that begins below this bit would be moved.
      if (near.some((one) => one.length > at && startsWith(bytes, one.bytes, at))) continue;
      if (this.#turnsAt(bytes, at)) turned[at >> 3] = (turned[at >> 3] ?? 0) ^ (0x80 >> (at & 7));
    }
    return turned;
  }

  /** Whether the bit at a place is turned: by the key and the bits before it. 256 bits serve a whole byte. */
  #turnsAt(bytes: Uint8Array, at: number): boolean {
    const whole = at >> 3;
    const prefix = `${bytes.length}\0${bytes.slice(0, whole).join('.')}`;
    let bits = this.#turns.get(prefix);
    if (bits === undefined) {
      bits = createHmac('sha256', this.#key).update(`address\0${prefix}`).digest();
      this.#turns.set(prefix, bits);
    }
    const inByte = at & 7;
    const node = (1 << inByte) | ((bytes[whole] ?? 0) >> (8 - inByte));
    return bitAt(bits, node) === 1;
  }
}

function maskAt(index: number, length: number): number {
  const bits = Math.min(8, Math.max(0, length - 8 * index));
  return (0xff << (8 - bits)) & 0xff;
}

function holds(one: Range, bytes: Uint8Array): boolean {
  return one.bytes.length === bytes.length && startsWith(bytes, one.bytes, one.length);
}

function startsWith(bytes: Uint8Array, other: Uint8Array, length: number): boolean {
  for (let index = 0; 8 * index < length; index += 1)
    if ((((bytes[index] ?? 0) ^ (other[index] ?? 0)) & maskAt(index, length)) !== 0) return false;
  return true;
}
