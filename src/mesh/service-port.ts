import type { KubeObject } from '../kube/object.ts';
import { asNumber, asObjects, asString, field } from '../util/json.ts';

/** What istiod takes a port to speak, in its own words; `auto` is found out from each connection. */
export type PortProtocol =
  | 'HTTP'
  | 'HTTP2'
  | 'GRPC'
  | 'GRPCWeb'
  | 'HTTPS'
  | 'TLS'
  | 'TCP'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'UDP'
  | 'HBONE'
  | 'auto';

/** One port of a Service. */
export interface ServicePort {
  readonly port: number;
  readonly name: string | undefined;
  /** `TCP`, `UDP` or `SCTP`. */
  readonly transport: string;
  readonly appProtocol: string | undefined;
  readonly protocol: PortProtocol;
  /** How the protocol was found: `appProtocol`, the port's name, its number, or not at all. */
  readonly from: 'appProtocol' | 'name' | 'number' | 'none';
  /** As written: a number or the name of a container port. */
  readonly target: number | string;
}

const BY_WORD: Readonly<Record<string, PortProtocol>> = {
  http: 'HTTP',
  http2: 'HTTP2',
  grpc: 'GRPC',
  'grpc-web': 'GRPCWeb',
  https: 'HTTPS',
  tls: 'TLS',
  tcp: 'TCP',
  mongo: 'Mongo',
  redis: 'Redis',
  mysql: 'MySQL',
  udp: 'UDP',
  hbone: 'HBONE',
};

const BY_APP_PROTOCOL: Readonly<Record<string, PortProtocol>> = {
  'kubernetes.io/h2c': 'HTTP2',
  'kubernetes.io/ws': 'HTTP',
  'kubernetes.io/wss': 'HTTPS',
};

/** Ports whose servers speak first, so that the protocol can't be found out from what the client sends. */
const BY_NUMBER: Readonly<Record<number, PortProtocol>> = { 25: 'TCP', 53: 'TCP', 3306: 'TCP', 27017: 'TCP' };

/** The ports of a Service in its order. Source: spec of authorization §4.1 and Istio's protocol selection. */
export function servicePortsOf(service: KubeObject): readonly ServicePort[] {
  return asObjects(field(service, 'spec', 'ports')).flatMap((one) => {
    const port = asNumber(one['port']);
    if (port === undefined) return [];
    const name = asString(one['name']);
    const transport = asString(one['protocol']) ?? 'TCP';
    const appProtocol = asString(one['appProtocol']);
    const target = asNumber(one['targetPort']) ?? asString(one['targetPort']) ?? port;
    return [
      { port, name, transport, appProtocol, target, ...protocolOf(port, name, transport, appProtocol) },
    ];
  });
}

function protocolOf(
  port: number,
  name: string | undefined,
  transport: string,
  appProtocol: string | undefined,
): Pick<ServicePort, 'protocol' | 'from'> {
  if (transport === 'UDP') return { protocol: 'UDP', from: 'number' };
  // Where appProtocol is set, the name counts for nothing.
  const word = (appProtocol ?? name ?? '').toLowerCase();
  const named = appProtocol === undefined ? byName(word) : (BY_APP_PROTOCOL[word] ?? byName(word));
  if (named !== undefined)
    return { protocol: named, from: appProtocol === undefined ? 'name' : 'appProtocol' };
  const numbered = Object.hasOwn(BY_NUMBER, port) ? BY_NUMBER[port] : undefined;
  return numbered === undefined ? { protocol: 'auto', from: 'none' } : { protocol: numbered, from: 'number' };
}

/** The word before the first dash tells the protocol; `grpc-web` is the one word that holds a dash itself. */
function byName(name: string): PortProtocol | undefined {
  if (name === 'grpc-web' || name.startsWith('grpc-web-')) return 'GRPCWeb';
  const word = name.split('-')[0] ?? '';
  return Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined;
}

/** Whether a Service's port name looks meant for a protocol that istiod does not read from it (`foo-http`, `web`). */
export function misleadingName(port: ServicePort): string | undefined {
  if (port.from !== 'none' || port.name === undefined) return undefined;
  const last = port.name.toLowerCase().split('-').at(-1) ?? '';
  return Object.hasOwn(BY_WORD, last) ? last : undefined;
}
