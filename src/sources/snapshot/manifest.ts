import { dataError } from '../../util/errors.ts';
import { asArray, asObject, asStrings } from '../../util/json.ts';
import { loadJson } from '../../util/load-json.ts';
import { escapeLine } from '../../util/text.ts';

/** How one question went when the snapshot was taken. */
export type EntryStatus = 'ok' | 'partial' | 'failed' | 'skipped';

/** One line of `contents[]` in `snapshot.json`: a file of the snapshot, or a question without an answer and why. */
export interface ManifestEntry {
  readonly path: string;
  readonly question?: string | undefined;
  readonly status: EntryStatus;
  /** `NotFound` when the question was answered with certainty by "there is none", such as a kind that is not served. */
  readonly code?: 'NotFound' | undefined;
  readonly reason?: string | undefined;
  readonly bytes: number;
  /** Hex; empty when there is no file. */
  readonly sha256: string;
  readonly tookMs?: number | undefined;
  /** Of a partial object list: the only namespaces that it covers. */
  readonly namespaces?: readonly string[] | undefined;
}

/** `snapshot.json`: what a snapshot is, when and of what it was taken, and what it holds. */
export interface Manifest {
  /** The moment that the data stands for. */
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Kubeconfig context the data was read from. */
  readonly context: string;
  readonly istioNamespace: string | undefined;
  readonly revision: string | undefined;
  readonly redaction: {
    readonly mode: string;
    readonly rules?: readonly string[] | undefined;
    /** What was given pseudonyms: `names`, `ips`; absent when nothing was. */
    readonly pseudonyms?: readonly string[] | undefined;
  };
  readonly contents: readonly ManifestEntry[];
}

const API_VERSION = 'meshscope.io/v1';
const KIND = 'MeshSnapshot';

/** The largest index that is read: some hundred thousand lines. */
export const MOST_MANIFEST_BYTES = 64 * 1024 * 1024;

/** Reads `snapshot.json`. Throws exit 65 when it is broken, of another kind or from a later format. */
export function parseManifest(bytes: Uint8Array, label: string): Manifest {
  const fields = asObject(loadJson(bytes, label));
  if (fields === undefined || fields['kind'] !== KIND) {
    throw dataError(`${label} is no snapshot index: kind is ${shown(fields?.['kind'])}, expected ${KIND}`);
  }
  if (fields['apiVersion'] !== API_VERSION) {
    throw dataError(
      `${label} has version ${shown(fields['apiVersion'])}, this meshscope reads ${API_VERSION}`,
      {
        hint: 'a later meshscope may have written it',
      },
    );
  }
  const createdAt = new Date(text(fields['createdAt']) ?? Number.NaN);
  if (Number.isNaN(createdAt.getTime())) {
    throw dataError(`${label}: createdAt is ${shown(fields['createdAt'])}, expected a time (RFC 3339)`);
  }
  const redaction = asObject(fields['redaction']);
  return {
    createdAt,
    createdBy: text(fields['createdBy']) ?? '',
    context: text(fields['context']) ?? '',
    istioNamespace: text(fields['istioNamespace']),
    revision: text(fields['revision']),
    redaction: {
      mode: text(redaction?.['mode']) ?? 'unknown',
      rules: redaction?.['rules'] === undefined ? undefined : asStrings(redaction['rules']),
      pseudonyms: redaction?.['pseudonyms'] === undefined ? undefined : asStrings(redaction['pseudonyms']),
    },
    contents: entries(fields['contents']),
  };
}

/** `snapshot.json` as text; `contents` must be sorted by path already. */
export function formatManifest(manifest: Manifest): string {
  const { createdAt, ...rest } = manifest;
  const document = { apiVersion: API_VERSION, kind: KIND, createdAt: createdAt.toISOString(), ...rest };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function entries(value: unknown): ManifestEntry[] {
  const found: ManifestEntry[] = [];
  for (const item of asArray(value)) {
    const fields = asObject(item);
    const path = text(fields?.['path']);
    const status = fields?.['status'];
    if (fields === undefined || path === undefined || !isStatus(status)) continue;
    found.push({
      path,
      question: text(fields['question']),
      status,
      code: fields['code'] === 'NotFound' ? 'NotFound' : undefined,
      reason: text(fields['reason']),
      bytes: typeof fields['bytes'] === 'number' ? fields['bytes'] : 0,
      sha256: text(fields['sha256'])?.toLowerCase() ?? '',
      namespaces: fields['namespaces'] === undefined ? undefined : asStrings(fields['namespaces']),
    });
  }
  return found;
}

function isStatus(value: unknown): value is EntryStatus {
  return value === 'ok' || value === 'partial' || value === 'failed' || value === 'skipped';
}

/** Text that says something: an empty string stands for "not known". */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : escapeLine(JSON.stringify(value).slice(0, 60));
}
