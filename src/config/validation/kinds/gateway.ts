import { checkUnixPath } from '../parts/endpoint.ts';
import {
  isAddress,
  isHttp,
  isNameLabel,
  isPort,
  isProtocol,
  isTls,
  isWildcardDomain,
} from '../parts/names.ts';
import { checkServerTls } from '../parts/server-tls.ts';
import type { Spot } from '../spot.ts';

const UNIX = 'unix://';
const CERTIFICATES = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'credentialName',
  'credentialNames',
  'tlsCertificates',
] as const;

/** A Gateway of Istio (analyzers, section 4.4). */
export function checkGateway(spec: Spot): void {
  const servers = spec.items('servers');
  if (servers.length === 0) spec.error('the gateway has no servers', 'servers');
  const names = new Set<string>();
  for (const server of servers) {
    checkServer(server);
    const name = server.get('port', 'name');
    if (name.text !== '' && names.has(name.text)) name.error(`the port name "${name.text}" is used twice`);
    names.add(name.text);
  }
}

function checkServer(server: Spot): void {
  const hosts = server.get('hosts');
  if (!hosts.isSet) server.error('the server has no hosts', 'hosts');
  for (const [index, host] of hosts.texts.entries()) checkHost(hosts, host, index);
  const port = server.get('port');
  if (!port.isSet) server.error('the server has no port', 'port');
  else checkServerPort(port, server.get('bind').text);
  checkBind(server);
  checkTls(server);
}

/** A host `namespace/dnsName` or `dnsName`. */
export function checkHost(list: Spot, written: string, index: number): void {
  const [host = '', namespace, ...more] = written.split('/').reverse();
  if (namespace !== undefined && (more.length > 0 || namespace === '' || host === '')) {
    list.error(`"${written}" is not of the form namespace/host`, index);
    return;
  }
  if (namespace !== undefined && namespace !== '*' && namespace !== '.' && !isNameLabel(namespace))
    list.error(`"${namespace}" is no name of a namespace`, index);
  if (host === '*') return;
  if (!host.includes('.')) list.error(`short names such as "${host}" can not be used here`, index);
  else if (!isWildcardDomain(host) && !isAddress(host))
    list.error(`"${host}" is neither a host name nor an address`, index);
  else if (host.startsWith('*') && !host.startsWith('*.'))
    list.error(`a wildcard must be a whole part, as in "*.com"`, index);
}

function checkServerPort(port: Spot, bind: string): void {
  const protocol = port.get('protocol');
  if (!isProtocol(protocol.text)) protocol.error(`the protocol "${protocol.text}" is not known`);
  const number = port.get('number');
  const isUnix = bind.startsWith(UNIX);
  if (!(isUnix && number.number === 0) && !isPort(number.number))
    number.error(`the port ${number.number} is not between 1 and 65535`);
  if (port.get('targetPort').number !== 0) port.error('targetPort can not be set on a gateway', 'targetPort');
  if (port.get('name').text === '') port.error('the port has no name', 'name');
}

function checkBind(server: Spot): void {
  const bind = server.get('bind');
  if (bind.text === '') return;
  if (bind.text.startsWith(UNIX)) {
    checkUnixPath(bind, bind.text.slice(UNIX.length));
    if (server.get('port', 'number').number !== 0)
      server.error('a server at a Unix socket can not have a port number', 'port', 'number');
  } else if (!isAddress(bind.text)) bind.error(`"${bind.text}" is no IP address`);
}

function checkTls(server: Spot): void {
  const tls = server.get('tls');
  const protocol = server.get('port', 'protocol').text;
  if (isTls(protocol) && !tls.isSet)
    server.error(`a server of protocol ${protocol} needs tls settings`, 'tls');
  if (!tls.isSet) return;
  if (isHttp(protocol)) {
    const mode = tls.get('mode').text || 'PASSTHROUGH';
    const plain = mode.endsWith('PASSTHROUGH') && !CERTIFICATES.some((name) => tls.has(name));
    if (!plain) tls.error(`a server of protocol ${protocol} can not end TLS: use HTTPS`);
  } else if (!isTls(protocol)) tls.error(`a server of protocol ${protocol} can not have tls settings`);
  if (tls.get('httpsRedirect').isTrue && !isHttp(protocol))
    tls.warn('only a server of protocol HTTP can redirect to HTTPS', 'httpsRedirect');
  checkServerTls(tls);
}
