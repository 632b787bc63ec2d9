import type { KubeObject } from '../kube/object.ts';
import { compareText } from '../util/text.ts';
import { compareObjects } from './kube-list.ts';
import type { RecordingContents } from './recording-contents.ts';
import { describeKind, resourceSegments } from './snapshot/layout.ts';
import type { Answer, ResourceQuery } from './source.ts';

type Objects = Answer<readonly KubeObject[]>;

interface Kind {
  readonly cluster: string;
  readonly group: string;
  readonly plural: string;
  /** The answer for all namespaces. */
  all: Objects | undefined;
  readonly byNamespace: Map<string, Objects>;
  tookMs: number;
}

/**
 * The object lists of a recording: one file a kind. Lists of single namespaces are put together when the recording
 * ends and marked as covering only these.
 */
export class RecordingObjects {
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly contents: RecordingContents) {}

  add(cluster: string, query: ResourceQuery, answer: Objects, tookMs: number): void {
    const { group, plural, namespace } = query;
    const key = [cluster, group, plural].join('\0');
    const kind = this.kinds.get(key) ?? {
      cluster,
      group,
      plural,
      all: undefined,
      byNamespace: new Map(),
      tookMs: 0,
    };
    this.kinds.set(key, kind);
    kind.tookMs += tookMs;
    if (namespace === undefined) kind.all = kind.all?.ok === true ? kind.all : answer;
    else if (kind.byNamespace.get(namespace)?.ok !== true) kind.byNamespace.set(namespace, answer);
  }

  /** Writes the lists of a kind that were added so far, of all kinds without one, and forgets them. */
  async write(only?: Pick<ResourceQuery, 'group' | 'plural'>): Promise<void> {
    for (const [key, kind] of [...this.kinds]) {
      if (only !== undefined && (kind.group !== only.group || kind.plural !== only.plural)) continue;
      this.kinds.delete(key);
      await this.writeKind(kind);
    }
  }

  private async writeKind(kind: Kind): Promise<void> {
    const question = describeKind(kind.group, kind.plural);
    const { answer, namespaces } = wholeAnswer(kind);
    const objects = answer.ok ? answer.value : [];
    const segments = resourceSegments(kind.cluster, kind.group, versionOf(objects), kind.plural);
    const asked = { segments, question, tookMs: kind.tookMs, namespaces };
    await this.contents.add(asked, answer.ok ? listAnswer(answer, question, kind.cluster) : answer);
  }
}

/** The list as a file, or why it can't be written: an object of a stranger may be nested deeper than any writer goes. */
function listAnswer(answer: Objects & { readonly ok: true }, asked: string, of: string): Answer<Uint8Array> {
  try {
    return { ...answer, value: listBytes(answer.value) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const reason = 'an object is too large, or nested too deep, to be written';
    return { ok: false, error: { code: 'Corrupt', asked, of, reason } };
  }
}

/** The answer that the file of a kind holds: that for all namespaces, else those of single ones put together. */
function wholeAnswer(kind: Kind): { answer: Objects; namespaces: readonly string[] | undefined } {
  const single = [...kind.byNamespace].sort(([a], [b]) => compareText(a, b));
  const answered = single.filter(([, answer]) => answer.ok);
  if (kind.all?.ok === true || answered.length === 0) {
    const failed = kind.all ?? single[0]?.[1];
    const none: Objects = { ok: true, value: [] };
    return { answer: failed ?? none, namespaces: undefined };
  }
  const namespaces = answered.map(([namespace]) => namespace);
  const value = answered.flatMap(([, answer]) => (answer.ok ? answer.value : [])).sort(compareObjects);
  const asked = describeKind(kind.group, kind.plural);
  const reason = `only namespaces ${namespaces.join(', ')} were recorded`;
  const lacking = answered.flatMap(([, answer]) => (answer.ok ? (answer.missing ?? []) : []));
  return {
    answer: {
      ok: true,
      value,
      missing: [{ code: 'NotRecorded', asked, of: kind.cluster, reason }, ...lacking],
    },
    // The list of a namespace that was cut short passes for a whole one where its namespaces are named.
    namespaces: lacking.length === 0 ? namespaces : undefined,
  };
}

/** Version in the path; an empty list does not tell its own, and readers accept any. */
function versionOf(objects: readonly KubeObject[]): string {
  const apiVersion = objects[0]?.apiVersion ?? 'v1';
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

function listBytes(items: readonly KubeObject[]): Uint8Array {
  const list = { apiVersion: 'v1', kind: 'List', items, metadata: { resourceVersion: '' } };
  return Buffer.from(`${JSON.stringify(list, null, 1)}\n`);
}
