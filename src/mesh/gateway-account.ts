import type { KubeObject } from '../kube/object.ts';
import { asString, field } from '../util/json.ts';
import { isWaypointGateway } from './waypoint.ts';

const ACCOUNT = 'gateway.istio.io/service-account';

/**
 * The service account that istiod runs the pods of a Gateway (of the Gateway API) by: it makes it, nobody writes it.
 * A waypoint has the name of its Gateway, any other the class behind it. Source: istiod's deployment controller.
 */
export function gatewayAccount(gateway: KubeObject): string {
  const { name, annotations } = gateway.metadata;
  const own = annotations?.[ACCOUNT];
  if (own !== undefined && own !== '') return own;
  if (isWaypointGateway(gateway)) return name;
  return `${name}-${asString(field(gateway, 'spec', 'gatewayClassName')) ?? ''}`;
}
