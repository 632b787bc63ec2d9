/**
 * Sorts as the reference's runtime does (pattern-defeating quicksort, the published algorithm with its constants),
 * so that elements which the comparison leaves open, or orders inconsistently, come out in the same order. Up to
 * twelve elements that is an insertion sort. Returns a new list.
 */
export function unstableSort<T>(list: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const items = [...list];
  new PatternSorter(items, less).sort(0, items.length, Math.floor(Math.log2(items.length || 1)) + 1);
  return items;
}

type Hint = 'rising' | 'falling' | 'unknown';

const INSERTION_LIMIT = 12;
const NINTHER_LIMIT = 50;

class PatternSorter<T> {
  private swaps = 0;

  constructor(
    private readonly items: T[],
    private readonly lessThan: (a: T, b: T) => boolean,
  ) {}

  /** Sorts positions `from` (inclusive) to `to` (exclusive); `limit` bad pivots are accepted before heapsort. */
  sort(from: number, to: number, limit: number): void {
    let [start, end, left] = [from, to, limit];
    let balanced = true;
    let partitioned = true;
    while (true) {
      const length = end - start;
      if (length <= INSERTION_LIMIT) {
        this.insertionSort(start, end);
        return;
      }
      if (left === 0) {
        this.heapSort(start, end);
        return;
      }
      if (!balanced) {
        this.breakPatterns(start, end);
        left--;
      }
      const pivot = this.preparePivot(start, end);
      if (balanced && partitioned && pivot.hint === 'rising' && this.almostSorted(start, end)) return;
      if (start > 0 && !this.less(start - 1, pivot.at)) {
        start = this.partitionEqual(start, end, pivot.at);
        continue;
      }
      const middle = this.partition(start, end, pivot.at);
      partitioned = middle.already;
      const [before, after] = [middle.at - start, end - middle.at];
      balanced = Math.min(before, after) >= Math.trunc(length / 8);
      if (before < after) {
        this.sort(start, middle.at, left);
        start = middle.at + 1;
      } else {
        this.sort(middle.at + 1, end, left);
        end = middle.at;
      }
    }
  }

  private less(a: number, b: number): boolean {
    return this.lessThan(this.items[a] as T, this.items[b] as T);
  }

  private swap(a: number, b: number): void {
    const item = this.items[a] as T;
    this.items[a] = this.items[b] as T;
    this.items[b] = item;
  }

  private insertionSort(start: number, end: number): void {
    for (let i = start + 1; i < end; i++) this.sink(i, start);
  }

  /** Moves an element towards `floor` past every greater neighbour. */
  private sink(from: number, floor: number): void {
    for (let at = from; at > floor && this.less(at, at - 1); at--) this.swap(at, at - 1);
  }

  private heapSort(start: number, end: number): void {
    const length = end - start;
    for (let i = Math.trunc((length - 1) / 2); i >= 0; i--) this.siftDown(i, length, start);
    for (let i = length - 1; i >= 0; i--) {
      this.swap(start, start + i);
      this.siftDown(0, i, start);
    }
  }

  private siftDown(top: number, length: number, start: number): void {
    let root = top;
    for (let child = 2 * root + 1; child < length; child = 2 * root + 1) {
      if (child + 1 < length && this.less(start + child, start + child + 1)) child++;
      if (!this.less(start + root, start + child)) return;
      this.swap(start + root, start + child);
      root = child;
    }
  }

  /** Chooses a pivot; a range that seems to fall is turned round first. */
  private preparePivot(start: number, end: number): { at: number; hint: Hint } {
    const pivot = this.choosePivot(start, end);
    if (pivot.hint !== 'falling') return pivot;
    for (let [i, j] = [start, end - 1]; i < j; i++, j--) this.swap(i, j);
    return { at: end - 1 - (pivot.at - start), hint: 'rising' };
  }

  private choosePivot(start: number, end: number): { at: number; hint: Hint } {
    const quarter = Math.trunc((end - start) / 4);
    let [low, middle, high] = [start + quarter, start + quarter * 2, start + quarter * 3];
    this.swaps = 0;
    if (end - start >= NINTHER_LIMIT) {
      low = this.median(low - 1, low, low + 1);
      middle = this.median(middle - 1, middle, middle + 1);
      high = this.median(high - 1, high, high + 1);
    }
    const at = this.median(low, middle, high);
    return { at, hint: this.swaps === 0 ? 'rising' : this.swaps === 12 ? 'falling' : 'unknown' };
  }

  private median(first: number, second: number, third: number): number {
    let [a, b, c] = [first, second, third];
    [a, b] = this.ordered(a, b);
    [b, c] = this.ordered(b, c);
    [a, b] = this.ordered(a, b);
    return b;
  }

  private ordered(a: number, b: number): [number, number] {
    if (!this.less(b, a)) return [a, b];
    this.swaps++;
    return [b, a];
  }

  /** Repairs up to five neighbours that are out of order; `true` when that sorted the range. */
  private almostSorted(start: number, end: number): boolean {
    let i = start + 1;
    for (let step = 0; step < 5; step++) {
      while (i < end && !this.less(i, i - 1)) i++;
      if (i === end) return true;
      if (end - start < NINTHER_LIMIT) return false;
      this.swap(i, i - 1);
      if (i - start >= 2) this.sink(i - 1, 0);
      if (end - i >= 2) for (let j = i + 1; j < end && this.less(j, j - 1); j++) this.swap(j, j - 1);
    }
    return false;
  }

  /** Splits into smaller and not smaller than the pivot; `already`: nothing had to move. */
  private partition(start: number, end: number, pivot: number): { at: number; already: boolean } {
    this.swap(start, pivot);
    let [i, j] = [start + 1, end - 1];
    let moved = false;
    while (true) {
      while (i <= j && this.less(i, start)) i++;
      while (i <= j && !this.less(j, start)) j--;
      if (i > j) break;
      this.swap(i++, j--);
      moved = true;
    }
    this.swap(j, start);
    return { at: j, already: !moved };
  }

  /** Splits into equal to and greater than the pivot; the start of the greater part. */
  private partitionEqual(start: number, end: number, pivot: number): number {
    this.swap(start, pivot);
    let [i, j] = [start + 1, end - 1];
    while (true) {
      while (i <= j && !this.less(start, i)) i++;
      while (i <= j && this.less(start, j)) j--;
      if (i > j) return i;
      this.swap(i++, j--);
    }
  }

  /** Scatters three elements by a fixed pseudo-random sequence, against inputs that make bad pivots. */
  private breakPatterns(start: number, end: number): void {
    const length = end - start;
    const mask = BigInt(2 ** (Math.floor(Math.log2(length)) + 1) - 1);
    const middle = start + Math.trunc(length / 4) * 2;
    let random = BigInt(length);
    for (let at = middle - 1; at <= middle + 1; at++) {
      random = BigInt.asUintN(64, random ^ (random << 13n));
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      let other = Number(random & mask);
      if (other >= length) other -= length;
      this.swap(at, start + other);
    }
  }
}
