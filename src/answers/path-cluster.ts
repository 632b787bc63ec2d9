import { addressHost, addressPort, addressText, hostPortText } from '../envoy/address.ts';
import { discoveryOf, edsNameOf, type UpstreamTls, upstreamTls } from '../envoy/cluster.ts';
import { clusterHosts, type EdsEndpoint, edsEndpoints, isUsable, speaksIstio } from '../envoy/endpoint.ts';
import type { Entry } from '../envoy/entry.ts';
import { type OwnerObject, ownerOf } from '../envoy/owner.ts';
import type { PathRequest } from '../envoy/path/request.ts';
import type { JsonObject } from '../util/json.ts';
import { type MeshFacts, serviceWithoutPort, stanceAt, stancesBehind } from './server-stance.ts';
import { type TlsFit, tlsFit } from './tls-fit.ts';

/** What Envoy's clusters page says of each cluster, by cluster name. */
export type HostHealth = ReadonlyMap<string, JsonObject>;

/** An endpoint at the end of a path. */
export interface PathEndpoint {
  readonly address: string;
  readonly usable: boolean;
  /** Why it gets no traffic, or its EDS health. */
  readonly state: string;
  /** Why connections to it fail for certain, or may fail: what the client sends does not suit it. */
  readonly fit: TlsFit;
}

/** One cluster at the end of a path: its share of the requests, and what becomes of them. */
export interface ClusterEnd {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
  readonly tls: string | undefined;
  readonly owner: OwnerObject | undefined;
  readonly endpoints: readonly PathEndpoint[];
  /** Why requests fail here; `undefined` when they go on. */
  readonly problem: string | undefined;
  /** Why some or all may fail here. */
  readonly doubt: string | undefined;
  readonly note: string | undefined;
}

/** What the end of a path is worked out from. */
export interface PathInput {
  readonly request: PathRequest;
  readonly health: HostHealth | undefined;
  /** What stands at addresses, and the namespace of the client; absent when it is not known. */
  readonly mesh: { readonly facts: MeshFacts; readonly namespace: string } | undefined;
}

/** What becomes of a request that a route or chain sends to a cluster. */
export function clusterEnd(
  name: string,
  share: number,
  clusters: ReadonlyMap<string, Entry>,
  assignments: ReadonlyMap<string, Entry>,
  input: PathInput,
): ClusterEnd {
  const none = { endpoints: [], note: undefined, doubt: undefined };
  const plain = { name, share, tls: undefined, owner: undefined, ...none };
  const entry = clusters.get(name);
  if (name === 'BlackHoleCluster') return { ...plain, problem: 'BlackHoleCluster: the proxy drops it (502)' };
  if (entry === undefined)
    return { ...plain, problem: `the proxy has no cluster ${name}: 503 (NC, cluster_not_found)` };
  const cluster = entry.message;
  const base = { name, share, tls: upstreamTls(cluster), owner: ownerOf(cluster), ...none };
  if (entry.state === 'warming')
    return { ...base, problem: `cluster ${name} is warming and takes no requests yet: 503` };
  if (discoveryOf(cluster).type === 'ORIGINAL_DST') return { ...base, ...passedOn(name, base.tls, input) };
  const endpoints = endpointsOf(cluster, name, assignments, input);
  return { ...base, endpoints: endpoints ?? [], ...verdictOn(endpoints) };
}

/** A connection to the address that the client chose, which may be a server that takes mTLS alone. */
function passedOn(
  name: string,
  tls: UpstreamTls,
  { request, mesh }: PathInput,
): Pick<ClusterEnd, 'problem' | 'doubt' | 'note'> {
  const goal = hostPortText(request.ip ?? request.host, request.port);
  const rules = name === 'PassthroughCluster' ? `, unchanged and outside the mesh's rules` : '';
  const note = `forwarded to ${goal} itself${rules}`;
  if (mesh === undefined || request.inbound) return { problem: undefined, doubt: undefined, note };
  const where = [mesh.facts, request.ip ?? request.host, request.port, mesh.namespace] as const;
  const portless = serviceWithoutPort(...where);
  if (portless !== undefined)
    return { problem: undefined, doubt: `service ${portless} has no port ${request.port}`, note };
  const stances = stancesBehind(...where);
  const fits = (stances ?? []).map((stance) =>
    tlsFit({ tls, owner: undefined, speaksIstio: undefined }, stance),
  );
  const bad = fits.filter(({ problem }) => problem !== undefined);
  const [first] = bad;
  if (first?.problem === undefined) return { problem: undefined, doubt: undefined, note };
  const text = `${name} passes it on unchanged: ${first.problem}`;
  return bad.length === fits.length
    ? { problem: text, doubt: undefined, note }
    : { problem: undefined, doubt: `${bad.length} of ${fits.length} pods refuse it: ${text}`, note };
}

function verdictOn(endpoints: readonly PathEndpoint[] | undefined): Pick<ClusterEnd, 'problem' | 'doubt'> {
  const usable = (endpoints ?? []).filter((endpoint) => endpoint.usable);
  if (endpoints !== undefined && usable.length === 0) {
    const problem =
      endpoints.length === 0 ? 'the cluster has no endpoints: 503 (UH)' : 'no endpoint is healthy: 503 (UH)';
    return { problem, doubt: undefined };
  }
  const bad = usable.filter(({ fit }) => fit.problem !== undefined);
  const [first] = bad;
  if (first !== undefined && bad.length === usable.length)
    return { problem: first.fit.problem, doubt: undefined };
  if (first !== undefined)
    return {
      problem: undefined,
      doubt: `${bad.length} of ${usable.length} endpoints fail: ${first.fit.problem}`,
    };
  return { problem: undefined, doubt: usable.find(({ fit }) => fit.doubt !== undefined)?.fit.doubt };
}

/** `undefined` when neither the dump nor the clusters page knows the cluster's endpoints. */
function endpointsOf(
  cluster: JsonObject,
  name: string,
  assignments: ReadonlyMap<string, Entry>,
  input: PathInput,
): PathEndpoint[] | undefined {
  const assignment = assignments.get(name) ?? assignments.get(edsNameOf(cluster));
  const known = assignment === undefined ? [] : edsEndpoints(assignment.message);
  const fitOf = fitting(cluster, known, input);
  const status = input.health?.get(name);
  if (status !== undefined) {
    return clusterHosts(status).map((host) => {
      const failing = host.flags.filter((flag) => !flag.startsWith('degraded'));
      const usable = isUsable(host.edsHealth) && failing.length === 0;
      const state = host.flags.length > 0 ? host.flags.join(', ') : host.edsHealth.toLowerCase();
      return { address: addressText(host.address) ?? 'unknown', usable, state, fit: fitOf(host.address) };
    });
  }
  if (assignment === undefined) return assignments.size === 0 ? undefined : [];
  return known.map((endpoint) => ({
    address: addressText(endpoint.address) ?? 'unknown',
    usable: isUsable(endpoint.health),
    state: endpoint.health.toLowerCase(),
    fit: fitOf(endpoint.address),
  }));
}

/** Judges endpoints by address; those of inbound clusters are the application behind its own sidecar. */
function fitting(
  cluster: JsonObject,
  known: readonly EdsEndpoint[],
  { request, mesh }: PathInput,
): (address: unknown) => TlsFit {
  if (request.inbound || discoveryOf(cluster).type === 'STATIC') return () => ({});
  const client = { tls: upstreamTls(cluster), owner: ownerOf(cluster) };
  const isMesh = new Map(known.map((one) => [addressText(one.address), speaksIstio(one.metadata)]));
  return (address) => {
    const [ip, port] = [addressHost(address), addressPort(address)];
    const stance = mesh && ip !== undefined ? stanceAt(mesh.facts, ip, port) : undefined;
    return tlsFit({ ...client, speaksIstio: isMesh.get(addressText(address)) }, stance);
  };
}
