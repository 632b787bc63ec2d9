import { isIP } from 'node:net';
import type { PrefixRange } from '../listener.ts';

/** Whether an IP address lies in a range. Addresses of different families never do. */
export function inRange(ip: string, range: PrefixRange): boolean {
  const [bits, base] = [toBits(ip), toBits(range.address)];
  if (bits === undefined || base === undefined || bits.width !== base.width) return false;
  const shift = BigInt(Math.max(0, bits.width - Math.max(0, range.length)));
  return bits.value >> shift === base.value >> shift;
}

function toBits(ip: string): { value: bigint; width: number } | undefined {
  const kind = isIP(ip);
  if (kind === 4) return { value: joined(ip.split('.').map(Number), 8), width: 32 };
  if (kind !== 6) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip);
  const last = dotted?.[2]?.split('.').map(Number) ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = last;
  const text = dotted ? `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : ip;
  const [head = '', tail] = text.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...new Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return {
    value: joined(
      groups.map((group) => Number.parseInt(group, 16)),
      16,
    ),
    width: 128,
  };
}

function joined(parts: readonly number[], bits: number): bigint {
  return parts.reduce((value, part) => (value << BigInt(bits)) | BigInt(part), 0n);
}
