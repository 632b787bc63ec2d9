import { gzipSync } from 'node:zlib';

/** A tar header as only an attacker would write it. */
export interface RawHeader {
  readonly name: string | Uint8Array;
  /** What stands in the field of the size; its octal digits when left out. */
  readonly size?: string | Uint8Array;
  /** The type flag: `0` file, `x` PAX, `L` GNU long name, `S` sparse … */
  readonly type?: string;
  readonly linkname?: string;
  /** Added to the checksum. */
  readonly off?: number;
}

/** One entry of a tar, its content padded; the header claims what it is told to. */
export function rawEntry(header: RawHeader, content: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(content as string);
  const block = Buffer.alloc(512);
  const put = (value: string | Uint8Array, at: number): void => {
    Buffer.from(value as string).copy(block, at);
  };
  put(header.name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(header.size ?? `${bytes.byteLength.toString(8).padStart(11, '0')}\0`, 124);
  put('07346545000\0', 136);
  put('        ', 148);
  put(header.type ?? '0', 156);
  put(header.linkname ?? '', 157);
  put('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0) + (header.off ?? 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([block, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)]);
}

/** A PAX record: `17 path=../evil\n`, its own length first. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length += 1;
  return `${length}${rest}`;
}

/** A whole tar, gzipped. */
export function rawTarGz(...entries: readonly Buffer[]): Buffer {
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}
