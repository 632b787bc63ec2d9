import { createHash } from 'node:crypto';
import type { Answer } from '../source.ts';
import type { SourceError, SourceErrorCode } from '../source-error.ts';
import type { Segments } from './layout.ts';
import type { EntryStatus } from './manifest.ts';
import type { Place, SnapshotIndex } from './snapshot-index.ts';
import type { SnapshotStore } from './store.ts';

/** What is asked and of whom, as failures name it; `next` is the advice when the snapshot has no trace of it. */
export interface Question {
  readonly asked: string;
  readonly of: string;
  readonly next?: string | undefined;
}

/** The files of a snapshot with what its index says of them: recorded failures, and the sha256 each file must have. */
export class SnapshotFiles {
  constructor(
    private readonly store: SnapshotStore,
    private readonly index: SnapshotIndex,
  ) {}

  /** The first of `candidates` that can be read; else why the first that is known at all can't. */
  async first(question: Question, candidates: readonly Segments[]): Promise<Answer<Uint8Array>> {
    let failure: SourceError | undefined;
    for (const candidate of candidates) {
      const place = this.index.get(candidate);
      if (place === undefined) continue;
      const answer = await this.open(question, place);
      if (answer.ok) return answer;
      failure ??= answer.error;
    }
    return failure === undefined ? notRecorded(question) : { ok: false, error: failure };
  }

  /** The bytes of one place. A file that differs from its recorded sha256 is `Corrupt`, never an answer. */
  async open(question: Question, { path, entry }: Place): Promise<Answer<Uint8Array>> {
    const reason = entry === undefined ? undefined : recordedReason(entry.status, entry.reason);
    if (entry?.status === 'failed' || entry?.status === 'skipped') {
      const answer = failed(question, entry.code ?? 'NotRecorded', reason ?? '');
      return entry.status === 'failed' ? answer : { ok: false, error: { ...answer.error, leftOut: true } };
    }
    const file = await this.store.read(path ?? entry?.path ?? '');
    // What is there but is no plain file, such as a link, tells so itself.
    if (path === undefined && (file.ok || file.code === 'NotRecorded'))
      return failed(question, 'Corrupt', 'snapshot.json lists it, but the file is missing');
    if (!file.ok) return failed(question, file.code, file.reason);
    if (entry !== undefined && entry.sha256 !== '' && entry.sha256 !== sha256(file.bytes)) {
      const sizes = `${file.bytes.byteLength} bytes here, ${entry.bytes} recorded`;
      const changed = `${path} was changed after the snapshot was taken: its sha256 differs (${sizes})`;
      return failed(question, 'Corrupt', changed);
    }
    if (entry?.status !== 'partial') return { ok: true, value: file.bytes };
    const missing = notRecorded(question, reason).error;
    return { ok: true, value: file.bytes, missing: [missing] };
  }
}

/** Hex sha256, as `snapshot.json` records it. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a recording says of a question that nobody had put when it was made. */
export const NEVER_ASKED = 'it is not in this snapshot';

/** The answer for what was not recorded. */
export function notRecorded(question: Question, reason?: string): Failure {
  if (reason !== undefined) return failed(question, 'NotRecorded', reason);
  const { error } = failed(question, 'NotRecorded', NEVER_ASKED);
  return { ok: false, error: { ...error, leftOut: true } };
}

/** A failed answer to `question`. */
export function failed({ asked, of, next }: Question, code: SourceErrorCode, reason: string): Failure {
  return { ok: false, error: { code, asked, of, reason, next } };
}

type Failure = { readonly ok: false; readonly error: SourceError };

function recordedReason(status: EntryStatus, reason: string | undefined): string {
  if (reason !== undefined) return reason;
  if (status === 'skipped') return 'it was left out when the snapshot was taken (no reason recorded)';
  if (status === 'partial') return 'only a part was recorded (no reason recorded)';
  return 'it could not be read when the snapshot was taken (no reason recorded)';
}
