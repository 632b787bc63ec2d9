/** What a file costs besides its bytes. */
const OVERHEAD = 256;

/**
 * Files kept in memory up to a budget, those of the least weight first: when they are too many, those above a weight
 * go, and none above it is taken any more. Of a small archive that is all of it.
 */
export class SmallFiles {
  /** Bytes that are kept, with what it costs to keep them. */
  total = 0;
  private readonly files = new Map<string, { readonly bytes: Uint8Array; readonly weight: number }>();
  private heaviest = Number.MAX_SAFE_INTEGER;

  constructor(private readonly budget: number) {}

  /** Whether a file of that size is wanted at all; it counts `factor` times its size. */
  wants(size: number, factor: number): boolean {
    return size + OVERHEAD <= this.budget && (size + OVERHEAD) * factor <= this.heaviest;
  }

  get(path: string): Uint8Array | undefined {
    return this.files.get(path)?.bytes;
  }

  set(path: string, bytes: Uint8Array, factor: number): void {
    const cost = bytes.byteLength + OVERHEAD;
    this.files.set(path, { bytes, weight: cost * factor });
    this.total += cost;
    while (this.total > this.budget) this.shrink();
  }

  clear(): void {
    this.files.clear();
    this.total = 0;
  }

  private shrink(): void {
    let heaviest = 0;
    for (const { weight } of this.files.values()) heaviest = Math.max(heaviest, weight);
    this.heaviest = Math.floor(heaviest / 2);
    for (const [path, { bytes, weight }] of this.files) {
      if (weight <= this.heaviest) continue;
      this.files.delete(path);
      this.total -= bytes.byteLength + OVERHEAD;
    }
  }
}

/** Files kept in memory up to a budget, those asked for last. */
export class RecentFiles {
  private readonly files = new Map<string, Uint8Array>();
  private total = 0;

  constructor(private readonly budget: number) {}

  get(path: string): Uint8Array | undefined {
    const bytes = this.files.get(path);
    if (bytes !== undefined) {
      this.files.delete(path);
      this.files.set(path, bytes);
    }
    return bytes;
  }

  set(path: string, bytes: Uint8Array): void {
    if (bytes.byteLength > this.budget || this.files.has(path)) return;
    this.files.set(path, bytes);
    this.total += bytes.byteLength;
    for (const [oldest, { byteLength }] of this.files) {
      if (this.total <= this.budget) return;
      this.files.delete(oldest);
      this.total -= byteLength;
    }
  }

  clear(): void {
    this.files.clear();
    this.total = 0;
  }
}
