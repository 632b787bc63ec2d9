import type { KubeObject } from '../../kube/object.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';
import { compareObjects, kubeItems } from '../kube-list.ts';
import type { Answer, ResourceQuery } from '../source.ts';
import type { SourceError } from '../source-error.ts';
import { describeKind } from './layout.ts';
import { failed, notRecorded, type Question, type SnapshotFiles } from './snapshot-files.ts';
import type { Place, SnapshotIndex } from './snapshot-index.ts';

type Objects = Answer<readonly KubeObject[]>;

/** The Kubernetes objects of a snapshot. A list is parsed when first asked for, then kept. */
export class SnapshotObjects {
  private readonly lists = new Map<string, Promise<Objects>>();

  constructor(
    private readonly label: string,
    private readonly files: SnapshotFiles,
    private readonly index: SnapshotIndex,
  ) {}

  /** Objects of all clusters asked for, sorted; clusters that have no answer are named in `missing`. */
  async find(query: ResourceQuery): Promise<Objects> {
    const clusters = query.cluster === undefined ? this.index.clusters() : [query.cluster];
    const answers = await Promise.all(clusters.map((cluster) => this.inCluster(cluster, query)));
    const objects: KubeObject[] = [];
    const missing: SourceError[] = [];
    for (const answer of answers) {
      if (!answer.ok) missing.push(answer.error);
      else {
        for (const object of answer.value) objects.push(object);
        missing.push(...(answer.missing ?? []));
      }
    }
    const first = missing[0];
    if (!answers.some((answer) => answer.ok)) {
      return first === undefined ? notRecorded(this.question(query)) : { ok: false, error: first };
    }
    objects.sort(compareObjects);
    return first === undefined ? { ok: true, value: objects } : { ok: true, value: objects, missing };
  }

  forget(): void {
    this.lists.clear();
  }

  /** From the best version that can be read. */
  private async inCluster(cluster: string, query: ResourceQuery): Promise<Objects> {
    const question = this.question(query);
    let failure: SourceError | undefined;
    for (const { place } of this.index.versions(cluster, query.group, query.plural)) {
      const answer = await this.inPlace(question, place, query.namespace);
      if (answer.ok) return answer;
      failure ??= answer.error;
    }
    return failure === undefined ? notRecorded(question) : { ok: false, error: failure };
  }

  private async inPlace(question: Question, place: Place, namespace: string | undefined): Promise<Objects> {
    const only = place.entry?.namespaces;
    if (namespace !== undefined && only !== undefined && !only.includes(namespace)) {
      return notRecorded(question, place.entry?.reason ?? `only namespaces ${only.join(', ')} were recorded`);
    }
    const name = place.path ?? place.entry?.path ?? '';
    const list = this.lists.get(name) ?? this.parse(question, place, name);
    this.lists.set(name, list);
    const answer = await list;
    if (!answer.ok || namespace === undefined) return answer;
    const value = answer.value.filter((object) => object.metadata.namespace === namespace);
    // A list that is partial because it covers some namespaces only is complete for each of those.
    return only === undefined ? { ...answer, value } : { ok: true, value };
  }

  private async parse(question: Question, place: Place, name: string): Promise<Objects> {
    const answer = await this.files.open(question, place);
    if (!answer.ok) return answer;
    let value: unknown;
    try {
      value = loadJson(answer.value, name);
    } catch (cause) {
      if (!(cause instanceof MeshscopeError)) throw cause;
      return failed(question, 'Corrupt', cause.message);
    }
    const items = kubeItems(value);
    if (items === undefined) return failed(question, 'Corrupt', `${name} is no list of Kubernetes objects`);
    const missing = [...(answer.missing ?? [])];
    if (items.unusable > 0) {
      const reason = `${items.unusable} items of ${name} are no Kubernetes objects`;
      missing.push(failed(question, 'Corrupt', reason).error);
    }
    return missing.length === 0
      ? { ok: true, value: items.objects }
      : { ok: true, value: items.objects, missing };
  }

  private question(query: ResourceQuery): Question {
    return { asked: describeKind(query.group, query.plural), of: this.label };
  }
}
