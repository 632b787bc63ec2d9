import type { GraphEdge, Relation } from '../../graph/graph.ts';
import type { CycleKind } from '../../graph/mesh-cycles.ts';

/** What follows from a reference that leads nowhere. */
export interface Consequence {
  readonly level: 'error' | 'warning';
  readonly why: string;
}

const BROKEN: Readonly<Record<Relation, Consequence>> = {
  'routes to': { level: 'error', why: 'requests that take this route get 503 (no cluster)' },
  'uses subset of': { level: 'error', why: 'requests that take this route get 503 (no cluster)' },
  'delegates to': { level: 'error', why: 'the route is dropped' },
  'is bound to': { level: 'error', why: 'no gateway takes up these routes' },
  reads: { level: 'error', why: 'TLS that needs it fails: handshakes are refused' },
  asks: { level: 'error', why: 'with an unknown authorizer every request is denied; telemetry is lost' },
  'is served by': { level: 'error', why: 'whatever asks the provider gets no answer' },
  targets: { level: 'error', why: 'the policy is in force nowhere' },
  calls: { level: 'error', why: 'the webhook fails, and what waits for it with it' },
  'is injected by': { level: 'error', why: 'new pods of the namespace get no sidecar' },
  'runs as': { level: 'error', why: 'pods of the workload are not created' },
  'is of class': { level: 'error', why: 'no controller takes up the gateway' },
  'uses waypoint': { level: 'error', why: 'traffic passes without the policies of the waypoint' },
  'mirrors to': { level: 'warning', why: 'the copies of the requests are lost' },
  'applies to': { level: 'warning', why: 'the rule is in force nowhere' },
  selects: { level: 'warning', why: 'it is in force nowhere; a Service without pods answers 503' },
  'runs on': { level: 'warning', why: 'nothing serves the gateway' },
  imports: { level: 'warning', why: 'the import adds nothing' },
  names: { level: 'warning', why: 'the condition is never met' },
  'redirects to': { level: 'warning', why: 'the redirect leads out of the mesh' },
  'is an alias of': { level: 'warning', why: 'the name stands for nothing' },
  'is of group': { level: 'warning', why: 'the entry is kept up by nobody' },
  'is exported to': { level: 'warning', why: 'nobody is in that namespace' },
  allows: { level: 'warning', why: 'the grant allows nothing' },
  'gives access to': { level: 'warning', why: 'the cluster can not be read' },
};

const BY_KIND: Readonly<Record<string, Partial<Consequence>>> = {
  'selects Service': { why: 'requests to it get 503 (no endpoints)' },
  'selects Gateway': { why: 'no proxy takes up the gateway' },
  'selects DestinationRule': { why: 'requests to the subset get 503 (no endpoints)' },
  'selects ServiceEntry': { why: 'requests to its hosts get 503 (no endpoints)' },
  'asks AuthorizationPolicy': { why: 'every request that the policy is about is denied' },
  'asks Telemetry': { why: 'what it should report is lost' },
  'names ReferenceGrant': { why: 'the grant allows nobody there anything' },
  'routes to HTTPRoute': { why: 'requests that take this route get 500' },
  'routes to GRPCRoute': { why: 'requests that take this route get 500' },
  'routes to TCPRoute': { why: 'connections are closed' },
  'routes to TLSRoute': { why: 'connections are closed' },
  'runs as WorkloadEntry': {
    level: 'warning',
    why: 'the machine can not be given a certificate of this identity',
  },
  'runs as WorkloadGroup': {
    level: 'warning',
    why: 'its machines can not be given a certificate of this identity',
  },
};

/** How bad a broken reference is, and what follows from it. */
export function consequenceOf({ relation, from }: GraphEdge): Consequence {
  return { ...BROKEN[relation], ...BY_KIND[`${relation} ${from.split(' ')[0]}`] };
}

/** What a cycle means, and what to do about it. */
export interface CycleWords {
  readonly title: string;
  readonly why: string;
  readonly fix?: string;
}

/** Cycles by kind. */
export const CYCLES: Readonly<Record<CycleKind, CycleWords>> = {
  traffic: {
    title: 'traffic loop',
    why: 'each gateway routes the request anew, so it goes round until a timeout ends it',
    fix: 'give the route that leaves the gateway a match.gateways of its own, or another destination',
  },
  redirect: {
    title: 'redirect loop',
    why: 'the client follows the redirects until it gives up',
    fix: 'put a route for the target in front of the redirect, or redirect elsewhere',
  },
  delegation: {
    title: 'delegation loop',
    why: 'delegates of delegates are not followed: the routes are dropped',
    fix: 'let the delegate route by itself',
  },
  alias: {
    title: 'alias loop',
    why: 'an ExternalName that leads back to itself has no address',
    fix: 'point one of them to a host that exists',
  },
  authorization: {
    title: 'authorization loop',
    why: 'the proxy of the authorizer asks the authorizer about the question itself',
    fix: 'leave the workload of the authorizer out of the selector of the policy',
  },
  'swapped hosts': {
    title: 'hosts that lead to each other',
    why: "no loop: the client's proxy routes a request once, so the traffic is only swapped",
  },
};
