import { isIPv4, isIPv6 } from 'node:net';

/** The bytes of an IP address, 4 or 16; `undefined` for what is none. Zones (`%eth0`) are none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.').map(Number));
  if (text.includes('%') || !isIPv6(text)) return undefined;
  const lower = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [left = '', right] = lower.split('::');
  const before = groupsOf(left);
  const after = right === undefined ? [] : groupsOf(right);
  const zeros = right === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => 0), ...after];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The usual text of an address. Source of the short form of IPv6: RFC 5952. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from(
    { length: 8 },
    (_, index) => (bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0),
  );
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return `::ffff:${bytes.slice(12).join('.')}`;
  const text = groups.map((group) => group.toString(16)).join(':');
  let longest = '';
  for (const [zeros] of text.matchAll(/(?:^|(?<=:))0(?::0)+(?![0-9a-f])/g))
    if (zeros.length > longest.length) longest = zeros;
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?:^|(?<=:))${longest}(?![0-9a-f])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

/** The bit of an address at a place, the first of the first byte at 0. */
export function bitAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
