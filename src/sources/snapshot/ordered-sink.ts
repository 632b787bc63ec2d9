import { AsyncLocalStorage } from 'node:async_hooks';
import type { ArchiveWriter } from './archive-writer.ts';
import type { SnapshotSink } from './folder-writer.ts';
import { MANIFEST } from './layout.ts';

/** The place of one question in the order of an archive. */
export interface Turn {
  readonly files: { readonly path: string; readonly bytes: Uint8Array }[];
  ended: boolean;
}

/** Bytes that wait for their turn; beyond, order gives way to memory. */
const MOST_HELD = 48 * 1024 * 1024;

/** So many files had no room that the small ones which still have some are not worth the questions. */
const MOST_REFUSED = 40;

/**
 * Writes the answers of questions that are asked side by side in the order of the questions, so that the same answers
 * make the same archive however fast each comes.
 */
export class OrderedSink implements SnapshotSink {
  readonly #archive: Pick<ArchiveWriter, 'accept' | 'append' | 'isFull'>;
  readonly #current = new AsyncLocalStorage<Turn>();
  readonly #turns: Turn[] = [];
  #held = 0;
  #refused = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The index, which is the last file whatever its size. */
  index: Uint8Array | undefined;
  /** Why nothing more need be asked for: a single file that was too large is no reason. */
  full: string | undefined;

  constructor(archive: Pick<ArchiveWriter, 'accept' | 'append' | 'isFull'>) {
    this.#archive = archive;
  }

  /** The next place in the order. */
  turn(): Turn {
    const turn: Turn = { files: [], ended: false };
    this.#turns.push(turn);
    return turn;
  }

  /** Does what belongs to a place; what it writes goes there. */
  async within(turn: Turn, work: () => Promise<void>): Promise<void> {
    try {
      await this.#current.run(turn, work);
    } finally {
      turn.ended = true;
      await this.#release();
    }
  }

  async write(path: string, bytes: Uint8Array): Promise<string | undefined> {
    if (path === MANIFEST) {
      this.index = bytes;
      return undefined;
    }
    const refused = await this.#archive.accept(bytes);
    if (refused !== undefined) {
      this.#refused += 1;
      if (this.#archive.isFull || this.#refused >= MOST_REFUSED) this.full ??= refused;
      return refused;
    }
    const turn = this.#current.getStore() ?? this.#lastTurn();
    turn.files.push({ path, bytes });
    this.#held += bytes.byteLength;
    if (this.#held > MOST_HELD) await this.#release(true);
    return undefined;
  }

  /** Writes all that still waits. */
  async flush(): Promise<void> {
    await this.#release(true);
  }

  #lastTurn(): Turn {
    const turn = this.turn();
    turn.ended = true;
    return turn;
  }

  #release(all = false): Promise<void> {
    const next = this.#writing.then(() => this.#writeOut(all));
    this.#writing = next.catch(() => {});
    return next;
  }

  async #writeOut(all: boolean): Promise<void> {
    for (let turn = this.#turns[0]; turn !== undefined; turn = this.#turns[0]) {
      await this.#drain(turn);
      if (!turn.ended) break;
      this.#turns.shift();
    }
    if (all) for (const turn of [...this.#turns]) await this.#drain(turn);
  }

  async #drain(turn: Turn): Promise<void> {
    for (let file = turn.files.shift(); file !== undefined; file = turn.files.shift()) {
      await this.#archive.append(file.path, file.bytes);
      this.#held -= file.bytes.byteLength;
    }
  }
}
