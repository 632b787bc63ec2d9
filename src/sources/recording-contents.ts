import { compareText } from '../util/text.ts';
import type { SnapshotSink } from './snapshot/folder-writer.ts';
import { encodePath, type Segments } from './snapshot/layout.ts';
import type { ManifestEntry } from './snapshot/manifest.ts';
import { sha256 } from './snapshot/snapshot-files.ts';
import type { Answer } from './source.ts';
import type { SourceError } from './source-error.ts';

/** One asked question: where its answer belongs, its words, and how long it took. */
export interface Asked {
  readonly segments: Segments;
  readonly question: string;
  readonly tookMs: number;
  /** Of an object list: the only namespaces it covers. */
  readonly namespaces?: readonly string[] | undefined;
}

/** What is kept of a file: its bytes without secrets, or nothing where that can't be told. */
export type Redact = (path: string, bytes: Uint8Array) => Uint8Array | undefined;

/** What a recording is called by outside of its files: paths, questions, reasons. */
export interface Renaming {
  /** A path; the words of the layout stay. */
  readonly segments: (segments: Segments) => Segments;
  readonly text: (text: string) => string;
  /** A text that is a name as a whole. */
  readonly whole: (text: string) => string;
}

const AS_IT_IS: Renaming = { segments: (all) => all, text: (text) => text, whole: (text) => text };

/**
 * `contents[]` of a snapshot that is being written. Each answer goes to the sink at once, so that a recording needs
 * the memory of one answer. Asked twice, the first answer stays, unless it was a failure.
 */
export class RecordingContents {
  private readonly entries = new Map<string, ManifestEntry>();
  /** Paths that are being written, with the end of that. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly sink: SnapshotSink,
    private readonly redact: Redact = (_, bytes) => bytes,
    private readonly renaming: Renaming = AS_IT_IS,
  ) {}

  /** Keeps an answer. One of the same path that comes meanwhile waits: an archive with a name twice is no archive. */
  async add(asked: Asked, answer: Answer<Uint8Array>): Promise<void> {
    const path = encodePath(this.renaming.segments(asked.segments));
    const before = this.underWay.get(path);
    const written = (before ?? Promise.resolve()).catch(() => {}).then(() => this.addTo(path, asked, answer));
    this.underWay.set(path, written);
    try {
      await written;
    } finally {
      if (this.underWay.get(path) === written) this.underWay.delete(path);
    }
  }

  private async addTo(path: string, asked: Asked, answer: Answer<Uint8Array>): Promise<void> {
    const known = this.entries.get(path);
    if (known?.status === 'ok' || known?.status === 'partial') return;
    const { tookMs } = asked;
    const question = this.renaming.text(asked.question);
    const namespaces = asked.namespaces?.map((namespace) => this.renaming.text(namespace));
    if (!answer.ok) {
      const { reason, ...entry } = failure(answer.error);
      const why = reason === undefined ? undefined : this.renaming.text(reason);
      this.entries.set(path, { path, question, ...entry, reason: why, bytes: 0, sha256: '', tookMs });
      return;
    }
    const bytes = this.redact(encodePath(asked.segments), answer.value);
    if (bytes === undefined) {
      const reason = 'it is too large to be looked through for secrets';
      this.entries.set(path, { path, question, status: 'skipped', reason, bytes: 0, sha256: '', tookMs });
      return;
    }
    const refused = await this.sink.write(path, bytes);
    if (refused !== undefined) {
      this.entries.set(path, {
        path,
        question,
        status: 'skipped',
        reason: refused,
        bytes: 0,
        sha256: '',
        tookMs,
      });
      return;
    }
    const reason = answer.missing?.map((error) => this.renaming.text(error.reason)).join('; ');
    this.entries.set(path, {
      path,
      question,
      status: reason === undefined ? 'ok' : 'partial',
      reason,
      bytes: bytes.byteLength,
      sha256: sha256(bytes),
      tookMs,
      namespaces,
    });
  }

  /** Notes a question that has no file: a list that could not be had, a page that was not asked for. */
  note(segments: Segments, entry: Pick<ManifestEntry, 'question' | 'status' | 'reason'>): void {
    const path = encodePath(this.renaming.segments(segments));
    if (this.entries.has(path)) return;
    const { text } = this.renaming;
    const question = entry.question === undefined ? undefined : text(entry.question);
    const reason = entry.reason === undefined ? undefined : text(entry.reason);
    this.entries.set(path, { path, ...entry, question, reason, bytes: 0, sha256: '' });
  }

  /** All entries, sorted by path. */
  sorted(): readonly ManifestEntry[] {
    return [...this.entries.values()].sort((a, b) => compareText(a.path, b.path));
  }
}

function failure(error: SourceError): Pick<ManifestEntry, 'status' | 'code' | 'reason'> {
  const status = error.leftOut === true ? 'skipped' : 'failed';
  return error.code === 'NotFound'
    ? { status, code: 'NotFound', reason: error.reason }
    : { status, reason: error.reason };
}
