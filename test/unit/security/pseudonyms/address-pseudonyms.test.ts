import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBytes, addressText, bitAt } from '../../../../src/security/pseudonyms/address-bits.ts';
import { AddressPseudonyms } from '../../../../src/security/pseudonyms/address-pseudonyms.ts';
import { renameAddresses } from '../../../../src/security/pseudonyms/rename-addresses.ts';

const pseudonyms = (seed = 7): AddressPseudonyms => new AddressPseudonyms(Buffer.alloc(32, seed));

/** Addresses near each other, and of the ranges with a meaning. */
const v4 = fc.oneof(
  fc.ipV4(),
  fc
    .tuple(fc.constantFrom('10', '192.168', '172.16', '172.31', '100.64', '34', '8.8'), fc.ipV4())
    .map(([head, tail]) => [...head.split('.'), ...tail.split('.')].slice(0, 4).join('.')),
);
const v6 = fc.oneof(
  fc.ipV6(),
  fc
    .tuple(
      fc.constantFrom('fd00:', 'fe80:', '2a00:', '2001:db8:'),
      fc.integer({ min: 1, max: 0xffff }).map((group) => group.toString(16)),
    )
    .map(([a, b]) => `${a}:${b}`),
);

function common(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length * 8 && bitAt(a, length) === bitAt(b, length)) length += 1;
  return length;
}

function bytes(text: string): Uint8Array {
  const found = addressBytes(text);
  if (found === undefined) throw new Error(`${text} is no address`);
  return found;
}

describe('pseudonyms of addresses', () => {
  it.each([
    ['four bytes', v4],
    ['sixteen bytes', v6],
  ])('have exactly as many leading bits in common as the addresses: %s', (_, arbitrary) => {
    const given = pseudonyms();
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        const [left, right] = [given.address(a), given.address(b)];
        expect(common(bytes(left), bytes(right))).toBe(common(bytes(a), bytes(b)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['10.', /^10\./],
    ['192.168.', /^192\.168\./],
    ['172.20.', /^172\.(?:1[6-9]|2\d|3[01])\./],
    ['100.100.', /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
  ])('of the private range %s stay in it, and others stay out', (head, inRange) => {
    const given = pseudonyms();
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const own =
          head +
          address
            .split('.')
            .slice(head.split('.').length - 1)
            .join('.');
        expect(given.address(own)).toMatch(inRange);
        expect(inRange.test(given.address(address))).toBe(inRange.test(address));
      }),
    );
  });

  it.each([
    '127.0.0.1',
    '127.0.0.6',
    '0.0.0.0',
    '169.254.169.254',
    '255.255.255.255',
    '240.240.0.7',
    '224.0.0.1',
    '::',
    '::1',
    'ff02::1',
  ])('are not made for what means the same everywhere: %s', (address) =>
    expect(pseudonyms().address(address)).toBe(address),
  );

  it('hold what a range held', () => {
    const given = pseudonyms();
    fc.assert(
      fc.property(v4, fc.integer({ min: 0, max: 32 }), (address, length) => {
        const first = bytes(address).map((byte, index) => {
          const bits = Math.min(8, Math.max(0, length - 8 * index));
          return byte & ((0xff << (8 - bits)) & 0xff);
        });
        const network = given.network(addressText(first), length);
        expect(common(bytes(network), bytes(given.address(address)))).toBeGreaterThanOrEqual(length);
      }),
    );
  });

  it('differ by key, and hide addresses of IPv4 inside of IPv6 alike', () => {
    expect(pseudonyms(1).address('10.1.2.3')).not.toBe(pseudonyms(2).address('10.1.2.3'));
    const given = pseudonyms();
    expect(given.address('::ffff:10.1.2.3')).toBe(`::ffff:${given.address('10.1.2.3')}`);
  });

  it('are written as addresses usually are', () => {
    fc.assert(
      fc.property(v6, (address) => {
        const text = addressText(bytes(address));
        expect([...bytes(text)]).toEqual([...bytes(address)]);
        expect(addressText(bytes(text))).toBe(text);
      }),
    );
    expect(addressText(bytes('2001:db8:0:0:1:0:0:1'))).toBe('2001:db8::1:0:0:1');
    expect(addressText(bytes('0:0:0:0:0:0:0:1'))).toBe('::1');
    expect(addressText(bytes('fe80:0:0:0:0:0:0:0'))).toBe('fe80::');
  });
});

describe('addresses in texts', () => {
  const given = pseudonyms();
  const v4 = given.address('10.1.2.3');
  const v6 = given.address('fd00:12::1:5');
  const rename = (text: string): string => renameAddresses(text, given);

  it.each([
    ['::ffff:10.1.2.3', `::ffff:${v4}`],
    ['[::ffff:10.1.2.3]:8080', `[::ffff:${v4}]:8080`],
    ['::ffff:0a01:0203', `::ffff:${v4}`],
    ['listener.10.1.2.3_8080.ssl', `listener.${v4}_8080.ssl`],
    ['listener.[fd00_12__1_5]_8080.ssl', `listener.[${v6.replaceAll(':', '_')}]_8080.ssl`],
    ['outbound|80||[fd00:12::1:5]', `outbound|80||[${v6}]`],
    ['fd00:12::1:5%eth0', `${v6}%eth0`],
    ['FD00:0012:0:0:0:0:1:5', v6],
    ['%5Bfd00%3A12%3A%3A1%3A5%5D', `%5B${v6.replaceAll(':', '%3A')}%5D`],
    ['fd00-12--1-5.shop.pod.cluster.local', `${v6.replaceAll(':', '-')}.shop.pod.cluster.local`],
    ['etcd-ip-10-1-2-3.ec2.internal', `etcd-ip-${v4.replaceAll('.', '-')}.ec2.internal`],
    ['app-10-1-2-3.example', `app-${v4.replaceAll('.', '-')}.example`],
    ['^10\\.1\\.2\\.3$', `^${v4.replaceAll('.', '\\.')}$`],
    ['10.1.2.3-10.1.2.3', `${v4}-${v4}`],
  ])('are hidden: %s', (text, expected) => expect(rename(text)).toBe(expected));

  it('of a public machine are hidden in its name', () => {
    const hidden = given.address('54.12.34.56').replaceAll('.', '-');
    expect(rename('ec2-54-12-34-56.eu-west-1.compute.amazonaws.com')).toBe(
      `ec2-${hidden}.eu-west-1.compute.amazonaws.com`,
    );
  });

  it.each([
    '3f:2a:91:bc:00:11:22:33',
    '00:11:22:33:44:55',
    '12:30:45',
    '[::]:15012',
    'a-1-2-3-4',
    'std::vector',
  ])('are not what only looks like one: %s', (text) => expect(rename(text)).toBe(text));
});
