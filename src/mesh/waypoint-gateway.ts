import type { KubeObject } from '../kube/object.ts';
import { asNumber, asObjects, asString, field } from '../util/json.ts';

/** A condition of a Gateway's status, in istiod's words. */
export interface GatewayCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** It was made of an older version of the Gateway than the one at hand. */
  readonly outdated: boolean;
}

/** The port on which waypoints take HBONE traffic, unless their listener says another one. */
const HBONE_PORT = 15008;

/** The condition that says whether a Gateway is served: Programmed, else the last one; `undefined` without any. */
export function programmedCondition(gateway: KubeObject): GatewayCondition | undefined {
  const conditions = asObjects(field(gateway, 'status', 'conditions'));
  const found = conditions.find((one) => one['type'] === 'Programmed') ?? conditions.at(-1);
  if (found === undefined) return undefined;
  const text = (name: string): string => asString(found[name]) ?? '';
  const [seen, generation] = [
    asNumber(found['observedGeneration']),
    asNumber(gateway.metadata['generation']),
  ];
  return {
    type: text('type'),
    status: text('status'),
    reason: text('reason'),
    message: text('message'),
    outdated: seen !== undefined && generation !== undefined && seen < generation,
  };
}

/** The port on which a waypoint takes HBONE traffic. */
export function hbonePort(gateway: KubeObject): number {
  const listeners = asObjects(field(gateway, 'spec', 'listeners'));
  const hbone = listeners.find((listener) => listener['protocol'] === 'HBONE');
  return asNumber(hbone?.['port']) ?? HBONE_PORT;
}
