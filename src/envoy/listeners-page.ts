import { asNumber, asObjects, field } from '../util/json.ts';

/** The ports on which an Envoy accepts connections, as its admin page `/listeners?format=json` says. */
export function listeningPorts(page: unknown): number[] {
  return asObjects(field(page, 'listener_statuses')).flatMap(
    (status) => asNumber(field(status, 'local_address', 'socket_address', 'port_value')) ?? [],
  );
}
