/**
 * Files kept in memory up to a budget, those of the least weight first: when they are too many, those above a weight
 * go, and none above it is taken any more. Of a small archive that is all of it.
 */
export class SmallFiles {
  /** Bytes that are kept. */
  total = 0;
  private readonly files = new Map<string, { readonly bytes: Uint8Array; readonly weight: number }>();
  private heaviest = Number.MAX_SAFE_INTEGER;

  constructor(private readonly budget: number) {}

  /** Whether a file of that size and weight is wanted at all. */
  wants(size: number, weight: number): boolean {
    return size <= this.budget && weight <= this.heaviest;
  }

  get(path: string): Uint8Array | undefined {
    return this.files.get(path)?.bytes;
  }

  set(path: string, bytes: Uint8Array, weight: number): void {
    this.files.set(path, { bytes, weight });
    this.total += bytes.byteLength;
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
      this.total -= bytes.byteLength;
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
