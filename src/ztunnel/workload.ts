import { asString, asStrings, field, type JsonObject } from '../util/json.ts';

/** A workload that a ztunnel knows: a pod, a WorkloadEntry or an endpoint of a ServiceEntry. */
export interface ZtunnelWorkload {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** IP addresses; a workload that is found by DNS has none. */
  readonly addresses: readonly string[];
  readonly hostname: string;
  readonly node: string;
  /** `HBONE` when it is reached through its own ztunnel or waypoint, `TCP` for plain text. */
  readonly protocol: string;
  /** `Healthy` or `Unhealthy`; empty when the dump does not say. */
  readonly status: string;
  readonly serviceAccount: string;
  /** `<namespace>/<hostname>` or `<network>/<address>` of the waypoint for its own address. */
  readonly waypoint: string | undefined;
  /** `<namespace>/<name>` of the policies that select it. */
  readonly policies: readonly string[];
  readonly object: JsonObject;
}

/** The view of an entry of `workloads`. */
export function ztunnelWorkload(object: JsonObject): ZtunnelWorkload {
  const text = (name: string): string => asString(field(object, name)) ?? '';
  return {
    uid: text('uid'),
    name: text('name'),
    namespace: text('namespace'),
    addresses: asStrings(object['workloadIps']),
    hostname: text('hostname'),
    node: text('node'),
    protocol: text('protocol'),
    status: text('status'),
    serviceAccount: text('serviceAccount'),
    waypoint: asString(field(object, 'waypoint', 'destination')),
    policies: asStrings(object['authorizationPolicies']),
    object,
  };
}
