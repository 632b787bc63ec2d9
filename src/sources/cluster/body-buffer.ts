/** What a first block takes at most, whatever an answer claims of its length: memory follows the bytes that came. */
const LARGEST_CLAIM = 256 * 1024 * 1024;
const FIRST_BLOCK = 64 * 1024;
/** Memory that nothing was written to costs nothing, and copying does: few steps, and large ones. */
const GROWTH = 16;
/** Up to this size a body moves out of a block that is too large for it. */
const SMALL = 16 * 1024 * 1024;

/**
 * The bytes of a body as they arrive, in one piece. Each chunk is copied at once, so that it can be freed while the rest
 * is on its way: chunks that are kept until the end take the body's size twice, and all copying comes after the last.
 */
export class BodyBuffer {
  #block: Buffer;
  #length = 0;
  readonly #maxBytes: number;

  /** `claimed` is the length that the answer claims, in bytes; NaN when it claims none. */
  constructor(claimed: number, maxBytes: number) {
    this.#maxBytes = maxBytes;
    const first = claimed > 0 ? Math.min(Math.ceil(claimed), maxBytes, LARGEST_CLAIM) : FIRST_BLOCK;
    this.#block = Buffer.allocUnsafeSlow(first);
  }

  /** Adds a copy of the chunk. Answers false, and takes nothing, when the body would exceed the limit. */
  add(chunk: Buffer): boolean {
    const length = this.#length + chunk.length;
    if (length > this.#maxBytes) return false;
    if (length > this.#block.length) {
      const larger = Math.max(length, Math.min(this.#block.length * GROWTH, this.#maxBytes));
      this.#block = this.#copyInto(larger);
    }
    chunk.copy(this.#block, this.#length);
    this.#length = length;
    return true;
  }

  /** All of them. */
  bytes(): Buffer {
    const isSmall = this.#length < Math.min(SMALL, this.#block.length / 2);
    return isSmall ? this.#copyInto(this.#length) : this.#block.subarray(0, this.#length);
  }

  #copyInto(size: number): Buffer {
    const copy = Buffer.allocUnsafeSlow(size);
    this.#block.copy(copy, 0, 0, this.#length);
    return copy;
  }
}
