import type { KubeObject } from '../kube/object.ts';
import { asArray, asNumber, asString, field } from '../util/json.ts';

/** A place where a virtual service sends traffic. */
export interface RouteDestination {
  readonly protocol: 'http' | 'tcp' | 'tls';
  readonly isMirror: boolean;
  /** As written. */
  readonly host: string;
  readonly subset: string | undefined;
  readonly port: number | undefined;
  /** Path of the destination in the resource. */
  readonly path: readonly (string | number)[];
}

/** Every destination of a VirtualService, mirrors included, in the order in which they are written. */
export function routeDestinations(service: KubeObject): readonly RouteDestination[] {
  return (['http', 'tls', 'tcp'] as const).flatMap((protocol) =>
    asArray(field(service, 'spec', protocol)).flatMap((route, index) => {
      const base = ['spec', protocol, index];
      const weighted = asArray(field(route, 'route')).flatMap((entry, at) =>
        read(protocol, field(entry, 'destination'), false, [...base, 'route', at, 'destination']),
      );
      if (protocol !== 'http') return weighted;
      const mirrors = asArray(field(route, 'mirrors')).flatMap((entry, at) =>
        read(protocol, field(entry, 'destination'), true, [...base, 'mirrors', at, 'destination']),
      );
      return [...weighted, ...read(protocol, field(route, 'mirror'), true, [...base, 'mirror']), ...mirrors];
    }),
  );
}

function read(
  protocol: RouteDestination['protocol'],
  destination: unknown,
  isMirror: boolean,
  path: readonly (string | number)[],
): RouteDestination[] {
  const host = asString(field(destination, 'host'));
  if (host === undefined) return [];
  const subset = asString(field(destination, 'subset')) || undefined;
  return [{ protocol, isMirror, host, subset, port: asNumber(field(destination, 'port', 'number')), path }];
}
