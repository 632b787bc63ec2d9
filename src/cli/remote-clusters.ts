import type { KubeObject } from '../kube/object.ts';
import { KINDS, type Kind } from '../mesh/kinds.ts';
import { REMOTE_LABEL } from '../mesh/named-secrets.ts';
import { createResourceSet, type ResourceSet } from '../mesh/resource-set.ts';
import type { MeshSource } from '../sources/source.ts';
import { asObject, asString, field } from '../util/json.ts';

import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';

/** What other clusters are compared by; configuration of Istio counts in the whole mesh, wherever it is. */
const COMPARED: ReadonlySet<Kind> = new Set(['Namespace', 'Node', 'Pod', 'Service']);

/** What is read of other clusters. */
export interface RemoteRequest {
  /** The first cluster of a recording of several ones. */
  readonly cluster: string | undefined;
  readonly wanted: ReadonlySet<Kind>;
  readonly remoteContexts: readonly string[];
  /** Secrets of the first cluster: those with the label hold the way to another one. */
  readonly secrets: readonly KubeObject[];
}

/** Resources of other clusters: those to compare by cluster, and configuration that counts in the whole mesh, each with its cluster. */
export interface Remotes {
  readonly sets: ReadonlyMap<string, ResourceSet>;
  readonly configuration: ReadonlyMap<KubeObject, string>;
}

interface RemoteCluster {
  readonly name: string;
  readonly source: MeshSource;
  /** Its name in a recording of several clusters. */
  readonly cluster?: string | undefined;
}

/**
 * Reads the other clusters of a mesh: those of `--remote-contexts`, else those that Secrets of the control plane name,
 * else those in the recording. One that can't be read is a gap.
 */
export async function readRemotes(
  context: CommandContext,
  source: MeshSource,
  request: RemoteRequest,
): Promise<Remotes> {
  const clusters = await remoteClusters(context, source, request);
  const sets = new Map<string, ResourceSet>();
  const configuration = new Map<KubeObject, string>();
  const kinds = [...request.wanted].filter(
    (kind) => COMPARED.has(kind) || /\.istio\.io$/.test(KINDS[kind].group),
  );
  for (const remote of clusters) {
    const objects = await readCluster(context, remote, kinds.filter(isServed));
    if (remote.source !== source) await remote.source.close();
    const isConfiguration = ({ apiVersion }: KubeObject): boolean => /\.istio\.io\//.test(apiVersion);
    sets.set(remote.name, createResourceSet(objects.filter((object) => !isConfiguration(object))));
    for (const object of objects.filter(isConfiguration)) configuration.set(object, remote.name);
  }
  return { sets, configuration };
}

function isServed(kind: Kind): boolean {
  return KINDS[kind].group !== 'mesh.istio.io';
}

async function readCluster(
  context: CommandContext,
  { name, source, cluster }: RemoteCluster,
  kinds: readonly Kind[],
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const answer = await source.resources({ ...KINDS[kind], cluster });
      if (answer.ok) return answer.value;
      if (answer.error.code !== 'NotFound')
        noteMissing(context, `${KINDS[kind].plural} of cluster ${name}`, answer, 'it is not compared');
      return [];
    }),
  );
  return lists.flat();
}

async function remoteClusters(
  context: CommandContext,
  source: MeshSource,
  { cluster, remoteContexts, secrets }: RemoteRequest,
): Promise<readonly RemoteCluster[]> {
  if (remoteContexts.length > 0)
    return Promise.all(
      remoteContexts.map(async (name) => {
        const { openContext } = await import('./mesh-source.ts');
        return { name, source: await openContext(context, name) };
      }),
    );
  if (source.kind === 'cluster') return clustersOfSecrets(context, secrets);
  if (cluster === undefined) return [];
  const others = (await source.clusters()).filter((one) => one !== cluster);
  return others.map((name) => ({ name, source, cluster: name }));
}

async function clustersOfSecrets(
  context: CommandContext,
  secrets: readonly KubeObject[],
): Promise<readonly RemoteCluster[]> {
  const found: RemoteCluster[] = [];
  for (const secret of secrets) {
    if (secret.metadata.labels?.[REMOTE_LABEL] !== 'true') continue;
    for (const [name, text] of Object.entries(asObject(field(secret, 'data')) ?? {})) {
      const where = `cluster ${name} (Secret ${secret.metadata.namespace}/${secret.metadata.name})`;
      const { openKubeconfig } = await import('./mesh-source.ts');
      const opened = await openKubeconfig(
        context,
        name,
        Buffer.from(asString(text) ?? '', 'base64').toString(),
      );
      if ('refused' in opened) context.gap({ what: where, why: opened.refused });
      else found.push({ name, source: opened.source });
    }
  }
  return found;
}
