import { checkDestinations } from '../parts/destination.ts';
import { checkMatchScope, isClaim } from '../parts/http-match.ts';
import { isAddress, isAddressOrRange, isFqdn, isNameLabel, isWildcardDomain } from '../parts/names.ts';
import { checkExportTo } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';
import { checkHttpRoute } from './http-route.ts';
import { checkReachability } from './unreachable-routes.ts';

const PROTOCOLS = ['http', 'tls', 'tcp'] as const;
/** The form of a host behind a gateway that passes mesh traffic through, as its SNI has it. */
const SNI_DNAT = /^outbound_\.\d+_\._[^.]*_\.\S+$/;

/** A VirtualService (analyzers, section 4.2). */
export function checkVirtualService(spec: Spot, namespace: string): void {
  const hosts = spec.get('hosts').texts;
  const gateways = spec.get('gateways').texts;
  const isDelegate = hosts.length === 0;
  const forMesh = gateways.length === 0 || gateways.includes('mesh');
  if (isDelegate) checkDelegate(spec);
  else checkHosts(spec, forMesh);
  checkGatewayNames(spec.get('gateways'));
  if (forMesh) checkClaims(spec);
  if (!PROTOCOLS.some((name) => spec.has(name))) spec.error('it has none of http, tls and tcp routes');
  for (const route of spec.items('http')) checkHttpRoute(route, isDelegate);
  for (const route of spec.items('tls')) checkTlsRoute(route, hosts);
  for (const route of spec.items('tcp')) checkTcpRoute(route);
  for (const protocol of PROTOCOLS) {
    for (const route of spec.items(protocol))
      for (const match of route.items('match')) checkGatewayNames(match.get('gateways'));
    checkReachability(spec.items(protocol), protocol === 'http');
  }
  checkExportTo(spec, namespace);
}

function checkDelegate(spec: Spot): void {
  for (const [name, what] of [
    ['gateways', 'gateways'],
    ['tls', 'tls routes'],
    ['tcp', 'tcp routes'],
  ] as const)
    if (spec.has(name))
      spec.error(`without hosts it is a delegate, and a delegate can not have ${what}`, name);
}

function checkHosts(spec: Spot, forMesh: boolean): void {
  const list = spec.get('hosts');
  const passesThrough =
    !forMesh &&
    spec.items('tls').some((route) => route.items('match').some((match) => match.has('sniHosts')));
  let allValid = true;
  list.texts.forEach((host, index) => {
    if (passesThrough && SNI_DNAT.test(host)) return;
    if (!isWildcardDomain(host) && !isAddress(host)) {
      allValid = false;
      list.error(`"${host}" is neither a host name nor an address`, index);
    } else if (host === '*' && forMesh) {
      allValid = false;
      list.error('the host "*" can not be bound to sidecars: name a gateway', index);
    }
  });
  if (!allValid) return;
  list.texts.forEach((host, index) => {
    const other = list.texts.slice(0, index).find((before) => overlaps(before, host));
    if (other !== undefined) list.error(`the host "${host}" is taken in by "${other}" already`, index);
  });
}

function overlaps(a: string, b: string): boolean {
  if (a === b) return true;
  const covers = (wide: string, name: string): boolean =>
    wide.startsWith('*') && name.endsWith(wide.slice(1));
  return covers(a, b) || covers(b, a);
}

/** Names of gateways; the rest of a list is not looked at after the first old name with dots. */
function checkGatewayNames(list: Spot): void {
  for (const [index, name] of list.texts.entries()) {
    if (name.includes('/')) {
      const [namespace = '', gateway = '', ...more] = name.split('/');
      const wrong =
        more.length > 0 ||
        namespace === '' ||
        gateway === '' ||
        !isNameLabel(namespace) ||
        !isNameLabel(gateway);
      if (wrong) list.error(`"${name}" is not of the form namespace/name`, index);
      continue;
    }
    if (!isFqdn(name)) {
      list.error(`"${name}" can not be the name of a gateway`, index);
      return;
    }
    if (!name.includes('.')) continue;
    const [gateway, namespace] = name.split('.');
    list.warn(`the name "${name}" is of an old form: write "${namespace}/${gateway}"`, index);
    return;
  }
}

function checkClaims(spec: Spot): void {
  for (const route of spec.items('http'))
    for (const match of route.items('match'))
      for (const list of ['headers', 'withoutHeaders'])
        for (const [name, value] of match.entries(list))
          if (isClaim(name)) value.error('claims can be matched on gateways only, not on sidecars');
}

function checkTlsRoute(route: Spot, hosts: readonly string[]): void {
  if (!route.has('match')) route.error('a tls route needs a match');
  if (!route.has('route')) route.error('a tls route needs a destination');
  for (const match of route.items('match')) {
    const sni = match.get('sniHosts');
    if (!sni.isSet) match.error('the match needs sniHosts');
    for (const [index, host] of sni.texts.entries()) checkSni(sni, host, index, hosts);
    checkStreamMatch(match);
  }
  checkDestinations(route);
}

function checkSni(sni: Spot, host: string, index: number, hosts: readonly string[]): void {
  if (isAddress(host)) sni.warn(`"${host}" is an address, which no client sends as SNI`, index);
  else if (!isWildcardDomain(host) && !SNI_DNAT.test(host)) {
    sni.error(`"${host}" is no host name`, index);
    return;
  }
  if (
    !hosts.some(
      (own) => own === host || (own.startsWith('*') && host.replace(/^\*/, '').endsWith(own.slice(1))),
    )
  )
    sni.error(`"${host}" is not among the hosts of the virtual service`, index);
}

function checkTcpRoute(route: Spot): void {
  if (!route.has('route')) route.error('a tcp route needs a destination');
  for (const match of route.items('match')) checkStreamMatch(match);
  checkDestinations(route);
}

function checkStreamMatch(match: Spot): void {
  const subnets = match.get('destinationSubnets');
  subnets.texts.forEach((subnet, index) => {
    if (!isAddressOrRange(subnet))
      subnets.error(`"${subnet}" is neither an address nor a range of addresses`, index);
  });
  checkMatchScope(match);
}
