import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { resourceRef, resourceText } from '../../src/analysis/finding.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { asObject, field } from '../../src/util/json.ts';

/** What a comment in a fixture says of the line it stands on. */
export interface Expectation {
  readonly kind: 'expect' | 'ok';
  readonly code: string;
  /** `Kind namespace/name` of the document that the comment stands in. */
  readonly resource: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** The key on that line. */
  readonly key: string;
}

/** A fixture file: its resources, and what the comments in it expect. */
export interface AnalyzerFixture {
  readonly objects: readonly KubeObject[];
  /** Resources of further clusters: of documents that begin with `# cluster: NAME`. */
  readonly remotes: ReadonlyMap<string, readonly KubeObject[]>;
  readonly expectations: readonly Expectation[];
}

/**
 * Reads a fixture: Kubernetes documents with `# expect: CODE` on the line that must be flagged and `# ok: CODE why` on
 * a near-miss. Throws when a document is no resource, or when a comment of this kind can't be read.
 */
export async function readAnalyzerFixture(path: string): Promise<AnalyzerFixture> {
  const text = await readFile(path, 'utf8');
  const objects: KubeObject[] = [];
  const remotes = new Map<string, KubeObject[]>();
  const expectations: Expectation[] = [];
  let firstLine = 1;
  for (const document of text.split(/^---$/m)) {
    const object = asResource(load(document), path);
    const cluster = /^\s*# cluster: (\S+)$/m.exec(document)?.[1];
    if (cluster === undefined) objects.push(object);
    else remotes.set(cluster, [...(remotes.get(cluster) ?? []), object]);
    const resource = resourceText(resourceRef(object));
    document.split('\n').forEach((line, index) => {
      const comment = readComment(line, path);
      if (comment) expectations.push({ ...comment, resource, line: firstLine + index });
    });
    firstLine += document.split('\n').length - 1;
  }
  return { objects, remotes, expectations };
}

function readComment(line: string, path: string): Pick<Expectation, 'kind' | 'code' | 'key'> | undefined {
  if (!/# (expect|ok):/.test(line)) return undefined;
  const match = /^\s*(?:- )?["']?([\w./@-]+)["']?:.*# (expect|ok): ([A-Z]{3}\d{4})(?: (.*))?$/.exec(line);
  const [, key = '', kind, code = '', why] = match ?? [];
  if (kind === 'expect') return { kind, code, key };
  if (kind === 'ok' && why) return { kind, code, key };
  throw new Error(`${path}: write "# expect: CODE" or "# ok: CODE why" behind a key: ${line.trim()}`);
}

function asResource(value: unknown, path: string): KubeObject {
  const object = asObject(value);
  const complete = ['apiVersion', 'kind'].every((name) => typeof object?.[name] === 'string');
  if (object === undefined || !complete || typeof field(object, 'metadata', 'name') !== 'string') {
    throw new Error(`${path}: a document is no Kubernetes resource`);
  }
  return object as unknown as KubeObject;
}
