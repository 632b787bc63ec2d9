import { addressBytes } from './address-bits.ts';

/** What stands for an address, and for the first address of a range with that many leading bits. */
export interface AddressNames {
  address(text: string): string;
  network(text: string, length: number): string;
}

/** IPv4; its dots are escaped in patterns. */
const V4 = '(?<!\\d)(?<!\\d\\.)\\d{1,3}(?:\\\\{0,4}\\.\\d{1,3}){3}';
/** IPv6, whose end may be an address of IPv4. */
const V6 =
  '(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){1,6}:(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]{0,4})';
/** Both are looked for at once: what was renamed is not an address that is looked at again. */
const ADDRESS = new RegExp(
  `(?:(?<v6>${V6})(?![0-9A-Za-z:]|\\.\\d)|(?<v4>${V4})(?!\\d)(?!\\.\\d))(?:/(?<length>\\d{1,3})(?!\\d))?`,
  'g',
);
/** `ip-10-0-1-23`, `10-0-1-23.shop.pod.cluster.local`: nodes and pods are called by their address. */
const DASHED =
  /(?<![\dA-Za-z])(?<head>(?:ip-|ec2-)?)(?<address>\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3})(?![\dA-Za-z-])(?<host>\.[A-Za-z])?/g;
const DASHED_PRIVATE = /^(?:10|192-168|172-(?:1[6-9]|2\d|3[01])|100-(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))-/;
/** IPv6 where colons have a meaning: names of pods in DNS, statistics, URLs. */
const DASHED_V6 = /(?<![\w-])[0-9a-f]{0,4}(?:-[0-9a-f]{0,4}){2,7}(?=\.[a-z0-9-]{1,63}\.pod\b)/g;
const UNDERSCORED_V6 = /(?<=\[)[0-9a-f]{0,4}(?:_[0-9a-f]{0,4}){2,7}(?=\])/g;
const ENCODED_V6 = /(?<=^|%5B|[^0-9A-Za-z%])[0-9A-Fa-f]{0,4}(?:%3A[0-9A-Fa-f]{0,4}){2,7}(?![0-9A-Fa-f])/gi;
/** A serial number or a checksum of eight bytes. */
const EIGHT_BYTES = /^(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}$/;

/** Puts something else in the place of the IP addresses and ranges in a text. */
export function renameAddresses(text: string, addresses: AddressNames): string {
  let renamed = text;
  if (text.includes('.') || text.includes(':'))
    renamed = renamed.replace(ADDRESS, (all: string, ...rest: unknown[]) =>
      renameOne(all, rest.at(-1) as Groups, addresses),
    );
  if (/\d-\d+-\d+-\d/.test(text))
    renamed = renamed.replace(DASHED, (all: string, ...rest: unknown[]) =>
      renameDashed(all, rest.at(-1) as Groups, addresses),
    );
  if (text.includes('-') && text.includes('.pod')) renamed = renameV6(renamed, DASHED_V6, '-', addresses);
  if (text.includes('_') && text.includes(']')) renamed = renameV6(renamed, UNDERSCORED_V6, '_', addresses);
  return /%3A/i.test(text) ? renameV6(renamed, ENCODED_V6, '%3A', addresses) : renamed;
}

type Groups = Readonly<Record<string, string | undefined>>;

function renameOne(all: string, { v6, v4 = '', length }: Groups, addresses: AddressNames): string {
  const written = v6 ?? v4;
  if (v6 !== undefined && EIGHT_BYTES.test(v6)) return all;
  const escapes = /\\+/.exec(v6 === undefined ? v4 : '')?.[0] ?? '';
  const plain = written.replaceAll('\\', '');
  const renamed = length === undefined ? addresses.address(plain) : addresses.network(plain, Number(length));
  return (escapes === '' ? renamed : renamed.replaceAll('.', `${escapes}.`)) + all.slice(written.length);
}

function renameDashed(
  all: string,
  { head = '', address = '', host }: Groups,
  addresses: AddressNames,
): string {
  if (head === '' && host === undefined && !DASHED_PRIVATE.test(address)) return all;
  const renamed = addresses.address(address.replaceAll('-', '.')).replaceAll('.', '-');
  return `${head}${renamed}${host ?? ''}`;
}

function renameV6(text: string, pattern: RegExp, colon: string, addresses: AddressNames): string {
  return text.replace(pattern, (written) => {
    const plain = written.replaceAll(new RegExp(colon, 'gi'), ':');
    return addressBytes(plain) === undefined ? written : addresses.address(plain).replaceAll(':', colon);
  });
}

/** Whether a label is an address of IPv6 as names of pods have it: `fd00--1-5`. */
export function isDashedAddress(label: string): boolean {
  return /-.*-/.test(label) && addressBytes(label.replaceAll('-', ':')) !== undefined;
}
