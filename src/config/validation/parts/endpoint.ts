import type { Spot } from '../spot.ts';
import { checkLabels, checkPort } from './fields.ts';
import { isAddress, isFqdn, isNameLabel } from './names.ts';

/** What an endpoint may be. */
export interface EndpointRules {
  /** Host names are allowed besides addresses. */
  readonly allowsNames: boolean;
  /** Names of the ports of the service that it belongs to, for a ServiceEntry. */
  readonly servicePorts?: readonly string[] | undefined;
}

const UNIX = 'unix://';

/** A workload's address, ports and labels (analyzers, section 4.1, rules 56 to 61). */
export function checkEndpoint(endpoint: Spot, { allowsNames, servicePorts }: EndpointRules): void {
  const address = endpoint.get('address').text;
  if (address === '') {
    if (endpoint.get('network').text === '') {
      endpoint.error('the endpoint has neither an address nor a network', 'address');
      return;
    }
    endpoint.warn('the endpoint has a network and no address: only its gateway is used', 'network');
  } else if (address.startsWith(UNIX)) {
    checkUnixPath(endpoint.get('address'), address.slice(UNIX.length));
    if (endpoint.entries('ports').length > 0) endpoint.error('a Unix socket has no ports', 'ports');
    if (servicePorts !== undefined && servicePorts.length !== 1)
      endpoint.error('an endpoint at a Unix socket needs a service with one port', 'address');
  } else if (!isAddress(address) && !(allowsNames && isFqdn(address)))
    endpoint.error(`"${address}" is no ${allowsNames ? 'address or host name' : 'IP address'}`, 'address');
  for (const [name, port] of endpoint.entries('ports')) {
    if (!isNameLabel(name)) port.error(`"${name}" can not be the name of a port`);
    if (servicePorts !== undefined && !servicePorts.includes(name))
      port.error(`the service has no port named "${name}"`);
    checkPort(port);
  }
  checkLabels(endpoint.get('labels'));
}

/** The path of a Unix socket: absolute and no folder, or an abstract name that begins with `@`. */
export function checkUnixPath(spot: Spot, path: string): void {
  if (path === '') spot.error('the path of the Unix socket is empty');
  else if (!path.startsWith('/') && !path.startsWith('@'))
    spot.error('the path of a Unix socket must be absolute, or begin with "@"');
  else if (path.endsWith('/')) spot.error('the path of the Unix socket is a folder');
}
