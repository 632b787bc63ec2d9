import { checkEndpoint } from '../parts/endpoint.ts';
import { checkLabels, checkNameLabel, checkPort } from '../parts/fields.ts';
import {
  isAddress,
  isAddressOrRange,
  isFqdn,
  isHttp,
  isNameLabel,
  isProtocol,
  isTcp,
  isTls,
  isWildcardDomain,
} from '../parts/names.ts';
import { checkExportTo, checkWorkloadSelector } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

const DYNAMIC_PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

/** A ServiceEntry (analyzers, section 4.5). */
export function checkServiceEntry(spec: Spot, namespace: string): void {
  checkWorkloadSelector(spec, 'service entry');
  if (spec.has('workloadSelector') && spec.has('endpoints'))
    spec.error('workloadSelector and endpoints can not be set together', 'endpoints');
  const resolution = spec.get('resolution').text || 'NONE';
  checkHosts(spec, resolution);
  checkAddresses(spec, resolution);
  checkPorts(spec);
  checkStreams(spec, resolution);
  checkResolution(spec, resolution);
  const ambiguous = spec
    .items('ports')
    .some((port) => !isHttp(port.get('protocol').text) && !isTls(port.get('protocol').text));
  if (resolution !== 'NONE' && spec.get('hosts').texts.length > 1 && ambiguous)
    spec.error('several hosts can not be told apart on a port that is neither HTTP nor TLS', 'hosts');
  checkExportTo(spec, namespace, true);
}

function checkHosts(spec: Spot, resolution: string): void {
  const hosts = spec.get('hosts');
  if (!hosts.isSet) spec.error('the service entry has no hosts', 'hosts');
  hosts.texts.forEach((host, index) => {
    if (host === '*') hosts.error('the host "*" can not be used', index);
    else if (!isWildcardDomain(host)) hosts.error(`"${host}" is no host name`, index);
    else if (resolution !== 'DYNAMIC_DNS' && host.startsWith('*') && !host.startsWith('*.'))
      hosts.warn(`the wildcard of "${host}" is not a whole part of the name: proxies do not match it`, index);
  });
}

function checkAddresses(spec: Spot, resolution: string): void {
  const addresses = spec.get('addresses');
  addresses.texts.forEach((address, index) => {
    if (!isAddressOrRange(address))
      addresses.error(`"${address}" is neither an address nor a range of addresses`, index);
  });
  const rangesFit = resolution === 'NONE' || resolution === 'STATIC';
  if (!rangesFit && addresses.texts.some((address) => address.includes('/')))
    addresses.error(`ranges of addresses need resolution NONE or STATIC, not ${resolution}`);
}

function checkPorts(spec: Spot): void {
  const [names, numbers] = [new Set<string>(), new Set<number>()];
  for (const port of spec.items('ports')) {
    const [name, number, protocol, target] = ['name', 'number', 'protocol', 'targetPort'].map((key) =>
      port.get(key),
    );
    if (name === undefined || number === undefined || protocol === undefined || target === undefined)
      continue;
    if (names.has(name.text)) port.error(`the port name "${name.text}" is used twice`);
    if (numbers.has(number.number)) port.error(`the port ${number.number} is listed twice`);
    names.add(name.text);
    numbers.add(number.number);
    if (target.number !== 0) checkPort(target);
    checkNameLabel(name, 'name of a port');
    if (protocol.text !== '' && !isProtocol(protocol.text))
      protocol.error(`the protocol "${protocol.text}" is not known`);
    checkPort(number);
  }
}

/** TCP without an address takes all traffic of its port. */
function checkStreams(spec: Spot, resolution: string): void {
  if (spec.has('addresses') || resolution !== 'NONE') return;
  for (const port of spec.items('ports')) {
    const protocol = port.get('protocol').text;
    if (protocol === '' || protocol === 'TCP')
      port.warn('a TCP port without addresses takes all traffic to this port number');
  }
}

function checkResolution(spec: Spot, resolution: string): void {
  const endpoints = spec.items('endpoints');
  const ports = spec.items('ports').map((port) => port.get('name').text);
  if (resolution === 'NONE') {
    if (endpoints.length > 0) spec.error('with resolution NONE there can be no endpoints', 'endpoints');
    if (spec.has('workloadSelector'))
      spec.warn('with resolution NONE the workloadSelector is not used', 'workloadSelector');
  } else if (resolution === 'STATIC') {
    for (const endpoint of endpoints) checkEndpoint(endpoint, { allowsNames: false, servicePorts: ports });
  } else if (resolution === 'DYNAMIC_DNS') checkDynamicDns(spec, endpoints);
  else checkDns(spec, resolution, endpoints, ports);
}

function checkDns(
  spec: Spot,
  resolution: string,
  endpoints: readonly Spot[],
  ports: readonly string[],
): void {
  const hosts = spec.get('hosts');
  const wild = hosts.texts.findIndex((host) => !isFqdn(host));
  if (endpoints.length === 0 && wild >= 0)
    hosts.error('without endpoints the hosts are looked up in DNS: wildcards can not be', wild);
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1)
    spec.error('with resolution DNS_ROUND_ROBIN there can be one endpoint only', 'endpoints');
  for (const endpoint of endpoints) {
    const address = endpoint.get('address');
    if (address.isSet && !isAddress(address.text) && !isFqdn(address.text))
      address.error(`"${address.text}" is neither an address nor a host name`);
    checkLabels(endpoint.get('labels'));
    for (const [name, port] of endpoint.entries('ports')) {
      if (!ports.includes(name)) port.error(`the service entry has no port named "${name}"`);
      if (!isNameLabel(name)) port.error(`"${name}" can not be the name of a port`);
      checkPort(port);
    }
  }
  const streams = spec.items('ports').some((port) => isTcp(port.get('protocol').text));
  if (spec.has('addresses') && streams && hosts.texts.length > 1)
    spec.warn('all hosts share the addresses: on TCP ports they can not be told apart', 'addresses');
}

function checkDynamicDns(spec: Spot, endpoints: readonly Spot[]): void {
  const hosts = spec.get('hosts');
  if (hosts.texts.some((host) => !host.startsWith('*')))
    hosts.error('with resolution DYNAMIC_DNS all hosts must be wildcards');
  if (spec.has('addresses')) spec.error('with resolution DYNAMIC_DNS there can be no addresses', 'addresses');
  if (endpoints.length > 0) spec.error('with resolution DYNAMIC_DNS there can be no endpoints', 'endpoints');
  for (const port of spec.items('ports')) {
    const protocol = port.get('protocol');
    if (!DYNAMIC_PROTOCOLS.has(protocol.text.toUpperCase()))
      protocol.error(`with resolution DYNAMIC_DNS a port must be HTTP, HTTP2, GRPC or TLS`);
  }
}
