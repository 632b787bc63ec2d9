import { setTimeout as sleep } from 'node:timers/promises';
import type { AskedIstiod, RecordedProxy } from '../answers/proxy-row.ts';
import type { ClusterPod } from '../answers/proxy-status.ts';
import { parseBuildInfo } from '../istiod/build-info.ts';
import { enrichSync, type IstiodSync } from '../istiod/sync.ts';
import { parseHttpSyncz, parseXdsSyncz } from '../istiod/syncz.ts';
import type { KubeObject } from '../kube/object.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import type { IstiodReply, MeshSource } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import { MeshscopeError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { inIstioNamespace, noIstiodText } from './chosen-istiods.ts';
import type { CommandContext } from './context.ts';
import { type FilterFacts, filtersFor } from './envoy-filters.ts';
import { meshResources } from './mesh-resources.ts';
import { lacks, noteMissing, notePartial } from './missing.ts';
import { wantedNamespace } from './namespaces.ts';
import { recordedProxies } from './recorded-proxies.ts';
import { whileWaiting } from './while-waiting.ts';

/** What istiods and Kubernetes say about proxies: the raw material of every answer about synchronisation. */
export interface MeshSync extends FilterFacts {
  readonly istiods: readonly AskedIstiod[];
  /** Absent when pods could not be listed. */
  readonly pods: readonly ClusterPod[] | undefined;
  /** Whether `pods` lacks some. */
  readonly podsPartial: boolean;
  /** Proxies whose pages are at hand although their pods are not; empty where all pods are. */
  readonly recorded: readonly RecordedProxy[];
}

/**
 * Asks every istiod (of revision `-r`) for its proxies, over xDS or else HTTP, and Kubernetes for the pods that
 * should hold one (of `namespace` alone in a live mesh). An istiod that fails stays in the list with its reason and is noted as a gap.
 */
export async function collectSync(
  context: CommandContext,
  namespace: string | undefined = wantedNamespace(context),
): Promise<MeshSync> {
  const source = await context.source();
  const pages = source.istiod({ channel: 'debug', name: 'syncz' });
  const answers = Promise.all([
    xdsDocuments(context, source, pages),
    pages,
    listPods(context, source, namespace),
  ]);
  const [allXds, allHttp, pods] = await whileWaiting(context, 'waiting for istiod', answers);
  const [xds, http] = await Promise.all([
    inIstioNamespace(context, allXds),
    inIstioNamespace(context, allHttp),
  ]);
  for (const { istiod, answer } of [...xds, ...http]) {
    notePartial(context, `proxies of ${istiod.name}`, answer);
  }
  const revision = revisionFilter(pods?.all, context.globals.revision);
  const names = new Map([...xds, ...http].map(({ istiod }) => [istiodKey(istiod), istiod]));
  const istiods = [...names]
    .filter(([, istiod]) => revision(istiod))
    .map(([key, istiod]) => askedIstiod(istiod, replyOf(xds, key), replyOf(http, key)));
  for (const { name, failure } of istiods) {
    if (failure) context.gap({ what: `proxies of ${name}`, why: failure.reason, next: failure.next });
  }
  if (istiods.length === 0) {
    context.gap({ what: 'proxies', why: noIstiodText(context, pods?.all ?? [], [...names.values()]) });
  }
  const withVersions = await addVersions(source, istiods);
  const isRejected = withVersions.some(({ sync }) =>
    sync?.proxies.some((proxy) => proxy.types.some((type) => type.status === 'ERROR')),
  );
  return {
    istiods: withVersions,
    pods: pods?.proxies,
    podsPartial: pods?.isPartial ?? false,
    // A proxy without a pod in a whole list of pods is gone since its pages were read.
    recorded:
      pods?.isPartial === false ? [] : await recordedProxies(context, knownProxies(withVersions, pods)),
    ...(await filtersFor(context, isRejected, namespace)),
  };
}

/** After the pages have been read, the same facts in another form are not waited for any longer. */
const DOCUMENT_MS = 2_000;

/**
 * The xDS answers. A live istiod says over xDS what its debug page says, and no more than a few fields of the documents
 * that `-o json` and `-o yaml` print: it is asked for those alone, and briefly.
 */
async function xdsDocuments(
  context: CommandContext,
  source: MeshSource,
  pages: Promise<readonly IstiodReply[]>,
): Promise<readonly IstiodReply[]> {
  const request = { channel: 'xds', name: 'syncz' } as const;
  if (source.kind !== 'cluster') return source.istiod(request);
  if (context.format === 'table') return [];
  const documents = source.istiod(request);
  const late = async (): Promise<readonly IstiodReply[]> => {
    const answered = (await pages).some(({ answer }) => answer.ok);
    return answered ? sleep(DOCUMENT_MS, [], { ref: false }) : documents;
  };
  return Promise.race([documents, late()]);
}

/** Whether a proxy is told of by an istiod or has a pod in the list. */
function knownProxies(
  istiods: readonly AskedIstiod[],
  pods: ListedPods | undefined,
): (pod: PodRef) => boolean {
  const connected = istiods.flatMap(({ sync }) => sync?.proxies ?? []).map(({ proxyId: id }) => id);
  const known = new Set([...connected, ...(pods?.proxies ?? []).map(({ pod }) => pod.proxyId)]);
  return (pod) => known.has(proxyId(pod));
}

function istiodKey(istiod: PodRef): string {
  return `${istiod.cluster ?? ''}/${istiod.namespace}/${istiod.name}`;
}

function replyOf(replies: readonly IstiodReply[], key: string): IstiodReply['answer'] | undefined {
  return replies.find(({ istiod }) => istiodKey(istiod) === key)?.answer;
}

type Failure = NonNullable<AskedIstiod['failure']>;
type Parsed<T> = { readonly value: T } | { readonly failure: Failure };

function askedIstiod(
  istiod: PodRef,
  xds: IstiodReply['answer'] | undefined,
  http: IstiodReply['answer'] | undefined,
): AskedIstiod {
  const { name, namespace, cluster } = istiod;
  const label = `syncz of ${proxyId(istiod)}`;
  const overXds = parseReply(xds, label, (document) => {
    const sync = parseXdsSyncz(document);
    return sync && { document, sync: named(sync, name) };
  });
  const overHttp = parseReply(http, label, (document) => parseHttpSyncz(document, name));
  const page = overHttp && 'value' in overHttp ? overHttp.value : undefined;
  if (overXds && 'value' in overXds) {
    const { document, sync } = overXds.value;
    return { name, namespace, cluster, document, sync: page ? enrichSync(sync, page) : sync };
  }
  if (page) return { name, namespace, cluster, sync: page };
  return { name, namespace, cluster, failure: worseFailure(overXds, overHttp) };
}

/** An istiod that does not name itself is known by its pod. */
function named(sync: IstiodSync, name: string): IstiodSync {
  if (sync.istiod !== 'MISSING' && sync.istiod !== 'INVALID') return sync;
  return { ...sync, istiod: name, proxies: sync.proxies.map((proxy) => ({ ...proxy, istiod: name })) };
}

function parseReply<T>(
  answer: IstiodReply['answer'] | undefined,
  label: string,
  parse: (document: unknown) => T | undefined,
): Parsed<T> | undefined {
  if (answer === undefined) return undefined;
  if (!answer.ok) return { failure: failureOf(answer.error) };
  try {
    const value = parse(loadJson(answer.value, label));
    return value === undefined
      ? { failure: { code: 'Corrupt', reason: `${label} has an unknown form` } }
      : { value };
  } catch (error) {
    if (error instanceof MeshscopeError) return { failure: { code: 'Corrupt', reason: error.message } };
    throw error;
  }
}

function failureOf(error: SourceError): Failure {
  return { code: error.code, reason: error.reason, next: error.next };
}

/** A real failure tells more than "not recorded". */
function worseFailure(...parsed: readonly (Parsed<unknown> | undefined)[]): Failure {
  const failures = parsed.flatMap((one) => (one && 'failure' in one ? [one.failure] : []));
  const real = failures.find((failure) => failure.code !== 'NotRecorded' && failure.code !== 'NotFound');
  return real ?? failures[0] ?? { code: 'NotFound', reason: 'it did not answer' };
}

/** The HTTP page does not say which version istiod is; its version page does. */
async function addVersions(source: MeshSource, istiods: readonly AskedIstiod[]): Promise<AskedIstiod[]> {
  const lacking = istiods.some(({ sync }) => sync !== undefined && sync.istiodVersion === undefined);
  const replies = lacking ? await source.istiod({ channel: 'version', name: 'version' }) : [];
  return istiods.map((asked) => {
    if (asked.sync === undefined || asked.sync.istiodVersion !== undefined) return asked;
    const answer = replyOf(replies, istiodKey(asked));
    const info = answer?.ok ? parseBuildInfo(new TextDecoder().decode(answer.value)) : undefined;
    return info === undefined ? asked : { ...asked, sync: { ...asked.sync, istiodVersion: info.version } };
  });
}

interface ListedPods {
  readonly all: readonly KubeObject[];
  readonly proxies: readonly ClusterPod[];
  readonly isPartial: boolean;
}

async function listPods(
  context: CommandContext,
  source: MeshSource,
  namespace: string | undefined,
): Promise<ListedPods | undefined> {
  const all: KubeObject[] = [];
  const proxies: ClusterPod[] = [];
  let isPartial = false;
  const clusters = await clusterNames(source);
  if (clusters.length === 0) {
    context.gap({ what: 'pods', why: `${source.label} holds no cluster` });
    return undefined;
  }
  for (const cluster of clusters) {
    const answer = await meshResources(context, { group: '', plural: 'pods', cluster }, [], namespace);
    noteMissing(context, cluster === undefined ? 'pods' : `pods of ${cluster}`, answer);
    if (!answer.ok) return undefined;
    isPartial ||= lacks(answer).length > 0;
    all.push(...answer.value);
    for (const object of answer.value) {
      const pod = proxyPod(object);
      if (pod) proxies.push({ cluster, pod });
    }
  }
  return { all, proxies, isPartial };
}

/** A live source has one cluster, even where nobody who may be asked knows its name. */
async function clusterNames(source: MeshSource): Promise<readonly (string | undefined)[]> {
  const names = await source.clusters();
  return names.length === 0 && source.kind === 'cluster' ? [undefined] : names;
}

/** Istiods of the wanted revision by their label; one whose pod is not known is kept. */
function revisionFilter(pods: readonly KubeObject[] | undefined, wanted: string | undefined) {
  const revisions = new Map(
    (pods ?? []).map(({ metadata }) => [
      `${metadata.namespace}/${metadata.name}`,
      metadata.labels?.['istio.io/rev'],
    ]),
  );
  return (istiod: PodRef): boolean => {
    const revision = revisions.get(`${istiod.namespace}/${istiod.name}`);
    return wanted === undefined || revision === undefined || revision === wanted;
  };
}
