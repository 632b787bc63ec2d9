import { CORE_SCHEMA, load } from 'js-yaml';
import type { KubeObject } from '../../kube/object.ts';
import { lineColumn } from '../../util/json-position.ts';
import { decodeText, MAX_JSON_BYTES } from '../../util/load-json.ts';
import { compareObjects, toKubeObject } from '../kube-list.ts';
import type { Answer, ResourceQuery } from '../source.ts';
import type { SourceError } from '../source-error.ts';
import { describeKind } from './layout.ts';
import { formatBytes } from './limits.ts';
import { failed, notRecorded, type Question } from './snapshot-files.ts';
import type { SnapshotStore } from './store.ts';
import { outlineYaml, type YamlItem } from './yaml-items.ts';

type Objects = Answer<readonly KubeObject[]>;

/** Dumps of the reference tool that hold objects (spec: its `cluster/` folder). */
const WORKLOADS = 'cluster/k8s-resources';
const CLUSTER_SCOPED = 'cluster/k8s-cluster-resources';
const CUSTOM = 'cluster/crs';
const ISTIO_PODS = 'cluster/pods';
const NODES = 'cluster/nodes';
const SECRETS = 'cluster/secrets';

/** Which dump should hold all objects of a kind; custom resources are in a dump of their own. */
const HOME: ReadonlyMap<string, string> = new Map([
  ['pods', WORKLOADS],
  ['services', WORKLOADS],
  ['replicationcontrollers', WORKLOADS],
  ['configmaps', WORKLOADS],
  ['daemonsets.apps', WORKLOADS],
  ['deployments.apps', WORKLOADS],
  ['replicasets.apps', WORKLOADS],
  ['statefulsets.apps', WORKLOADS],
  ['horizontalpodautoscalers.autoscaling', WORKLOADS],
  ['jobs.batch', WORKLOADS],
  ['cronjobs.batch', WORKLOADS],
  ['ingresses.networking.k8s.io', WORKLOADS],
  ['networkpolicies.networking.k8s.io', WORKLOADS],
  ['endpointslices.discovery.k8s.io', WORKLOADS],
  ['nodes', CLUSTER_SCOPED],
  ['namespaces', CLUSTER_SCOPED],
  ['customresourcedefinitions.apiextensions.k8s.io', CLUSTER_SCOPED],
  ['mutatingwebhookconfigurations.admissionregistration.k8s.io', CLUSTER_SCOPED],
  ['validatingwebhookconfigurations.admissionregistration.k8s.io', CLUSTER_SCOPED],
  ['secrets', SECRETS],
]);

/** Dumps that repeat a part of what another one should hold. */
const REPEATED_IN: ReadonlyMap<string, string> = new Map([
  ['pods', ISTIO_PODS],
  ['nodes', NODES],
]);

interface Dump {
  readonly path: string;
  readonly text: string;
  readonly items: readonly YamlItem[];
}

/** The Kubernetes objects of a reference archive, from kubectl's YAML. A dump is outlined when first needed. */
export class ReferenceObjects {
  private readonly dumps = new Map<string, Promise<Answer<Dump>>>();

  constructor(
    private readonly store: SnapshotStore,
    private readonly istioNamespace: string | undefined,
  ) {}

  async find(query: ResourceQuery): Promise<Objects> {
    const name = describeKind(query.group, query.plural);
    const question: Question = { asked: name, of: this.store.label };
    const home = HOME.get(name) ?? (isCustom(query.group) ? CUSTOM : undefined);
    if (home === undefined) return notRecorded(question, 'the reference tool does not collect this kind');
    const found = await this.collect(question, query, home);
    const gap = await this.gap(question, query, home, found.objects.length);
    if (gap !== undefined && (found.objects.length === 0 || gap.code === 'NotFound'))
      return { ok: false, error: gap };
    const missing = gap === undefined ? found.missing : [...found.missing, gap];
    return missing.length === 0
      ? { ok: true, value: found.objects }
      : { ok: true, value: found.objects, missing };
  }

  forget(): void {
    this.dumps.clear();
  }

  /** Objects of the kind in its own dump and in those that repeat a part of it. */
  private async collect(
    question: Question,
    query: ResourceQuery,
    home: string,
  ): Promise<{ objects: KubeObject[]; missing: SourceError[] }> {
    const objects = new Map<string, KubeObject>();
    const missing: SourceError[] = [];
    const repeats = query.group === '' ? REPEATED_IN.get(query.plural) : undefined;
    for (const path of repeats === undefined ? [home] : [home, repeats]) {
      const dump = await this.dump(question, path);
      if (!dump.ok) continue;
      const spoiled: YamlItem[] = [];
      for (const item of dump.value.items) {
        // What a cut-off dump would have held after its last item may have been of this kind.
        const lost = item.cut || item.kind === '';
        if (!lost && !isOfKind(item, query)) continue;
        const object = lost ? undefined : parseItem(dump.value.text, item);
        if (object === undefined) spoiled.push(item);
        else if (query.namespace === undefined || object.metadata.namespace === query.namespace) {
          objects.set(`${object.metadata.namespace ?? ''}\0${object.metadata.name}`, object);
        }
      }
      const [first] = spoiled;
      if (first === undefined) continue;
      const { line } = lineColumn(dump.value.text, first.start);
      const reason = `${path}:${line}: ${spoiled.length} objects can't be read, the dump may be cut off`;
      missing.push(failed(question, 'Corrupt', reason).error);
    }
    return { objects: [...objects.values()].sort(compareObjects), missing };
  }

  /** Why the objects found may not be all; `undefined` when the dump can be trusted for this kind. */
  private async gap(
    question: Question,
    query: ResourceQuery,
    home: string,
    found: number,
  ): Promise<SourceError | undefined> {
    const dump = await this.dump(question, home);
    const onlyIstio = query.plural === 'pods' && query.group === '';
    if (onlyIstio && query.namespace !== undefined && query.namespace === this.istioNamespace) {
      if ((await this.dump(question, ISTIO_PODS)).ok) return undefined;
    }
    if (!dump.ok) return dump.error;
    if (home === CUSTOM) return this.customGap(question, query, dump.value, found);
    if (dump.value.items.length > 0) return undefined;
    // No cluster is without a Service, a ConfigMap or a Node: an empty dump is a failed one.
    const reason = `${home} is empty: the reference tool lists nothing when several namespaces are included`;
    return notRecorded(question, reason).error;
  }

  private async customGap(
    question: Question,
    query: ResourceQuery,
    crs: Dump,
    found: number,
  ): Promise<SourceError | undefined> {
    if (found > 0 && query.namespace === undefined) return undefined;
    const definitions = await this.dump(question, CLUSTER_SCOPED);
    const crds = definitions.ok
      ? definitions.value.items.filter((item) => item.kind === 'CustomResourceDefinition')
      : [];
    if (definitions.ok && crds.length > 0) {
      const name = new RegExp(
        `^    name: ["']?${escapePattern(describeKind(query.group, query.plural))}["']?\\r?$`,
        'm',
      );
      const { text } = definitions.value;
      if (!crds.some((item) => name.test(text.slice(item.start, item.end)))) {
        return failed(question, 'NotFound', 'the cluster does not serve this kind').error;
      }
    }
    if (crs.items.some((item) => /^ {4}namespace: /m.test(crs.text.slice(item.start, item.end))))
      return undefined;
    const reason = `${CUSTOM} holds no object of any namespace: the reference tool lists none when several are included`;
    return notRecorded(question, reason).error;
  }

  private dump(question: Question, path: string): Promise<Answer<Dump>> {
    const known = this.dumps.get(path) ?? this.read(question, path);
    this.dumps.set(path, known);
    return known;
  }

  private async read(question: Question, path: string): Promise<Answer<Dump>> {
    if (!this.store.paths.includes(path)) return notRecorded(question, `the archive has no ${path}`);
    const file = await this.store.read(path);
    if (!file.ok) return failed(question, file.code, `${path}: ${file.reason}`);
    if (file.bytes.byteLength > MAX_JSON_BYTES) {
      return failed(question, 'TooLarge', `${path} has ${formatBytes(file.bytes.byteLength)}`);
    }
    const text = decodeText(file.bytes);
    if (path === SECRETS && !/^(?:apiVersion|items|kind):/m.test(text.slice(0, 200))) {
      return notRecorded(question, 'the archive lists names of Secrets only (no --full-secrets)');
    }
    return { ok: true, value: { path, text, items: outlineYaml(text) } };
  }
}

/** Group and plural of an item against a query; a kind's plural is what Kubernetes itself would guess. */
function isOfKind(item: YamlItem, query: ResourceQuery): boolean {
  const slash = item.apiVersion.indexOf('/');
  const group = slash === -1 ? '' : item.apiVersion.slice(0, slash);
  return group === query.group && pluralOf(item.kind) === query.plural;
}

/** Plural of a kind in a REST path: `Gateway` → `gateways`, `NetworkPolicy` → `networkpolicies`. */
export function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular === 'endpoints') return singular;
  if (/(?:s|x|z|ch|sh)$/.test(singular)) return `${singular}es`;
  if (/[^aeiou]y$/.test(singular)) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}

function isCustom(group: string): boolean {
  return group.includes('.') && (!group.endsWith('.k8s.io') || group.startsWith('gateway.networking.'));
}

function parseItem(text: string, item: YamlItem): KubeObject | undefined {
  try {
    // kubectl writes no anchors: an alias here is an attempt to blow up whoever copies the value.
    const value: unknown = load(text.slice(item.start, item.end), { schema: CORE_SCHEMA, maxAliases: 0 });
    return toKubeObject(item.listed && Array.isArray(value) ? value[0] : value);
  } catch {
    return undefined;
  }
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
