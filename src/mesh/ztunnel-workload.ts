import { asObject, asObjects, asString, asStrings, field } from '../util/json.ts';

/** What a ztunnel knows of one workload, as its config_dump says. */
export interface ZtunnelWorkload {
  /** `HBONE` for a workload that a ztunnel takes traffic for, `TCP` for one outside. */
  readonly protocol: string;
  readonly status: string | undefined;
  /** Policies that it was given for the workload, as `<namespace>/<name>`. */
  readonly policies: readonly string[];
  /** The waypoint's address or host, where the workload has one. */
  readonly waypoint: string | undefined;
  readonly serviceAccount: string | undefined;
  /** The service account under which the node's agent announced the pod to this ztunnel, if it did. */
  readonly announcedAs: string | undefined;
}

/** The workload of a pod in a ztunnel's config_dump; `undefined` when it does not know it. */
export function ztunnelWorkload(
  dump: unknown,
  pod: { readonly name: string; readonly namespace: string },
): ZtunnelWorkload | undefined {
  const isPod = (one: unknown): boolean =>
    field(one, 'name') === pod.name && field(one, 'namespace') === pod.namespace;
  const found = asObjects(field(dump, 'workloads')).find(isPod);
  if (found === undefined) return undefined;
  const announced = Object.values(asObject(field(dump, 'workloadState')) ?? {}).find((one) =>
    isPod(field(one, 'info')),
  );
  return {
    protocol: asString(found['protocol']) ?? 'TCP',
    status: asString(found['status']),
    policies: asStrings(found['authorizationPolicies']),
    waypoint: waypointText(found['waypoint']),
    serviceAccount: asString(found['serviceAccount']),
    announcedAs: asString(field(announced, 'info', 'serviceAccount')),
  };
}

function waypointText(value: unknown): string | undefined {
  const hostname = asString(field(value, 'destination', 'hostname')) ?? asString(field(value, 'hostname'));
  return hostname ?? asString(field(value, 'destination'))?.replace(/^[^/]*\//, '');
}
