import { asObject, asObjects, asString, asStrings, field, type JsonObject } from '../util/json.ts';

/** A service that a ztunnel knows. */
export interface ZtunnelService {
  readonly name: string;
  readonly namespace: string;
  readonly hostname: string;
  /** `<network>/<address>`, the network mostly empty. */
  readonly vips: readonly string[];
  /** `<namespace>/<hostname>` or `<network>/<address>` of the waypoint that its traffic takes. */
  readonly waypoint: string | undefined;
  readonly endpoints: readonly ZtunnelEndpoint[];
  /** `AllowAll` when endpoints that are not healthy are used, too. */
  readonly healthPolicy: string;
  readonly object: JsonObject;
}

/** An endpoint of a service: which workload, and whether it is healthy where the endpoint itself says so. */
export interface ZtunnelEndpoint {
  readonly workloadUid: string;
  readonly status: string | undefined;
}

/** The view of an entry of `services`. */
export function ztunnelService(object: JsonObject): ZtunnelService {
  const text = (name: string): string => asString(field(object, name)) ?? '';
  const endpoints = asObjects(Object.values(asObject(object['endpoints']) ?? {}));
  return {
    name: text('name'),
    namespace: text('namespace'),
    hostname: text('hostname'),
    vips: asStrings(object['vips']),
    waypoint: asString(field(object, 'waypoint', 'destination')),
    endpoints: endpoints.map((endpoint) => ({
      workloadUid: asString(endpoint['workloadUid']) ?? '',
      status: asString(endpoint['status']),
    })),
    healthPolicy: asString(field(object, 'loadBalancer', 'healthPolicy')) ?? '',
    object,
  };
}

/** The part behind the network: the address of `<network>/<address>`. */
export function vipAddress(vip: string): string {
  const slash = vip.indexOf('/');
  return slash < 0 ? '' : vip.slice(slash + 1);
}
