import { addressText } from '../envoy/address.ts';
import { discoveryOf, edsNameOf, upstreamTls } from '../envoy/cluster.ts';
import { clusterHosts, edsEndpoints, isUsable } from '../envoy/endpoint.ts';
import type { Entry } from '../envoy/entry.ts';
import { type OwnerObject, ownerOf } from '../envoy/owner.ts';
import type { PathRequest } from '../envoy/path/request.ts';
import type { JsonObject } from '../util/json.ts';

/** What Envoy's clusters page says of each cluster, by cluster name. */
export type HostHealth = ReadonlyMap<string, JsonObject>;

/** An endpoint at the end of a path. */
export interface PathEndpoint {
  readonly address: string;
  readonly usable: boolean;
  /** Why it gets no traffic, or its EDS health. */
  readonly state: string;
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
  readonly note: string | undefined;
}

/** What becomes of a request that a route or chain sends to a cluster. */
export function clusterEnd(
  name: string,
  share: number,
  clusters: ReadonlyMap<string, Entry>,
  assignments: ReadonlyMap<string, Entry>,
  request: PathRequest,
  health: HostHealth | undefined,
): ClusterEnd {
  const plain = { name, share, tls: undefined, owner: undefined, endpoints: [], note: undefined };
  const entry = clusters.get(name);
  if (name === 'BlackHoleCluster') return { ...plain, problem: 'BlackHoleCluster: the proxy drops it (502)' };
  if (entry === undefined)
    return { ...plain, problem: `the proxy has no cluster ${name}: 503 (NC, cluster_not_found)` };
  const cluster = entry.message;
  const base = { name, share, tls: upstreamTls(cluster), owner: ownerOf(cluster) };
  if (entry.state === 'warming') {
    return {
      ...base,
      endpoints: [],
      note: undefined,
      problem: `cluster ${name} is warming and takes no requests yet: 503`,
    };
  }
  if (discoveryOf(cluster).type === 'ORIGINAL_DST') {
    const goal = `${request.ip ?? request.host}:${request.port}`;
    const mesh = name === 'PassthroughCluster' ? `, unchanged and outside the mesh's rules` : '';
    return { ...base, endpoints: [], problem: undefined, note: `forwarded to ${goal} itself${mesh}` };
  }
  const endpoints = endpointsOf(cluster, name, assignments, health);
  return {
    ...base,
    endpoints: endpoints ?? [],
    problem: endpoints && endpointProblem(endpoints),
    note: undefined,
  };
}

function endpointProblem(endpoints: readonly PathEndpoint[]): string | undefined {
  if (endpoints.some((endpoint) => endpoint.usable)) return undefined;
  return endpoints.length === 0
    ? 'the cluster has no endpoints: 503 (UH)'
    : 'no endpoint is healthy: 503 (UH)';
}

/** `undefined` when neither the dump nor the clusters page knows the cluster's endpoints. */
function endpointsOf(
  cluster: JsonObject,
  name: string,
  assignments: ReadonlyMap<string, Entry>,
  health: HostHealth | undefined,
): PathEndpoint[] | undefined {
  const status = health?.get(name);
  if (status !== undefined) {
    return clusterHosts(status).map((host) => {
      const failing = host.flags.filter((flag) => !flag.startsWith('degraded'));
      const usable = isUsable(host.edsHealth) && failing.length === 0;
      const state = host.flags.length > 0 ? host.flags.join(', ') : host.edsHealth.toLowerCase();
      return { address: addressText(host.address) ?? 'unknown', usable, state };
    });
  }
  const assignment = assignments.get(name) ?? assignments.get(edsNameOf(cluster));
  if (assignment === undefined) return assignments.size === 0 ? undefined : [];
  return edsEndpoints(assignment.message).map((endpoint) => ({
    address: addressText(endpoint.address) ?? 'unknown',
    usable: isUsable(endpoint.health),
    state: endpoint.health.toLowerCase(),
  }));
}
