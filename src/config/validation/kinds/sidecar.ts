import { checkUnixPath } from '../parts/endpoint.ts';
import { checkPort } from '../parts/fields.ts';
import {
  isAddress,
  isFqdn,
  isHttp,
  isNameLabel,
  isProtocol,
  isTls,
  isWildcardDomain,
} from '../parts/names.ts';
import { checkWorkloadSelector } from '../parts/scope.ts';
import { checkServerTls } from '../parts/server-tls.ts';
import { checkConnectionPool } from '../parts/traffic-policy.ts';
import type { Spot } from '../spot.ts';

const UNIX = 'unix://';
const LOCAL: ReadonlySet<string> = new Set(['', '127.0.0.1', '0.0.0.0', '::1', '::']);
const NOT_ON_INGRESS = [
  'subjectAltNames',
  'httpsRedirect',
  'credentialName',
  'credentialNames',
  'tlsCertificates',
] as const;

/** A Sidecar (analyzers, section 4.6). */
export function checkSidecar(spec: Spot): void {
  checkWorkloadSelector(spec, 'sidecar');
  if (
    !['egress', 'ingress', 'outboundTrafficPolicy', 'inboundConnectionPool'].some((name) => spec.has(name))
  ) {
    spec.error(
      'it says nothing: it has neither egress, ingress, outboundTrafficPolicy nor inboundConnectionPool',
    );
    return;
  }
  checkIngress(spec.items('ingress'));
  checkConnectionPool(spec.get('inboundConnectionPool'));
  checkEgress(spec.items('egress'));
  checkOutbound(spec.get('outboundTrafficPolicy'));
}

function checkIngress(listeners: readonly Spot[]): void {
  const numbers = new Set<number>();
  for (const listener of listeners) {
    if (!listener.has('port')) {
      listener.error('the ingress listener has no port', 'port');
      continue;
    }
    const number = listener.get('port', 'number');
    checkListenerPort(listener.get('port'));
    checkPort(number);
    if (numbers.has(number.number)) number.error(`the port ${number.number} is listed twice`);
    numbers.add(number.number);
    const bind = listener.get('bind');
    if (bind.text !== '' && !isAddress(bind.text)) bind.error(`"${bind.text}" is no IP address`);
    if (listener.get('defaultEndpoint').text !== '') checkDefaultEndpoint(listener.get('defaultEndpoint'));
    checkIngressTls(listener);
    const pool = listener.get('connectionPool');
    checkConnectionPool(pool);
    if (pool.has('http') && !isHttp(listener.get('port', 'protocol').text))
      pool.warn('http settings are not used on a port that is not HTTP', 'http');
  }
}

function checkListenerPort(port: Spot): void {
  if (port.get('targetPort').number !== 0) port.error('targetPort can not be set here', 'targetPort');
  const name = port.get('name');
  if (name.text !== '' && !isNameLabel(name.text)) name.error(`"${name.text}" can not be the name of a port`);
  const protocol = port.get('protocol');
  if (protocol.text !== '' && !isProtocol(protocol.text))
    protocol.error(`the protocol "${protocol.text}" is not known`);
}

function checkDefaultEndpoint(endpoint: Spot): void {
  const { text } = endpoint;
  if (text.startsWith(UNIX)) {
    checkUnixPath(endpoint, text.slice(UNIX.length));
    return;
  }
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text);
  if (match === null) {
    endpoint.error(
      'it is not of the form 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix:///path',
    );
    return;
  }
  const host = match[1] ?? match[2] ?? '';
  if (!LOCAL.has(host)) endpoint.error(`the address "${host}" is not one of 127.0.0.1, 0.0.0.0, ::1, ::`);
  const port = Number(match[3]);
  if (!/^\d+$/.test(match[3] ?? '') || port < 1 || port > 65535) endpoint.error(`"${match[3]}" is no port`);
}

function checkIngressTls(listener: Spot): void {
  const tls = listener.get('tls');
  if (!tls.isSet) return;
  for (const name of NOT_ON_INGRESS)
    if (tls.has(name) && tls.get(name).value !== false)
      tls.error(`${name} can not be set on a sidecar`, name);
  const mode = tls.get('mode').text;
  if (mode === 'ISTIO_MUTUAL' || mode === 'AUTO_PASSTHROUGH')
    tls.error(`${mode} can not be used on a sidecar`, 'mode');
  if (!isTls(listener.get('port', 'protocol').text)) tls.error('tls needs a port of protocol HTTPS or TLS');
  checkServerTls(tls);
}

function checkEgress(listeners: readonly Spot[]): void {
  const [numbers, binds] = [new Set<number>(), new Set<string>()];
  const open = listeners.filter((listener) => !listener.has('port'));
  if (open.length > 1) open[1]?.error('there can be one egress listener without a port only');
  if (open.length > 0 && listeners.at(-1)?.has('port'))
    open[0]?.error('the egress listener without a port must be the last one');
  for (const listener of listeners) {
    if (listener.has('port')) checkEgressPort(listener, numbers, binds);
    checkEgressHosts(listener);
  }
}

function checkEgressPort(listener: Spot, numbers: Set<number>, binds: Set<string>): void {
  checkListenerPort(listener.get('port'));
  const [number, bind] = [listener.get('port', 'number'), listener.get('bind')];
  if (number.number === 0) {
    if (!bind.text.startsWith(UNIX)) bind.error('without a port number it must be bound to unix:///path');
    else checkUnixPath(bind, bind.text.slice(UNIX.length));
    if (!['', 'DEFAULT', 'NONE'].includes(listener.get('captureMode').text))
      listener.error(
        'at a Unix socket nothing can be captured: captureMode must be DEFAULT or NONE',
        'captureMode',
      );
    if (binds.has(bind.text)) bind.error(`"${bind.text}" is used twice`);
    binds.add(bind.text);
    return;
  }
  checkPort(number);
  if (bind.text !== '' && !isAddress(bind.text)) bind.error(`"${bind.text}" is no IP address`);
  if (numbers.has(number.number)) number.error(`the port ${number.number} is listed twice`);
  numbers.add(number.number);
}

function checkEgressHosts(listener: Spot): void {
  const hosts = listener.get('hosts');
  if (!hosts.isSet) listener.error('the egress listener has no hosts', 'hosts');
  const seen = new Set<string>();
  const all = new Set<string>();
  for (const [index, written] of hosts.texts.entries()) {
    const [namespace = '', host = '', ...more] = written.split('/');
    if (host === '' || namespace === '' || more.length > 0) {
      hosts.error(`"${written}" is not of the form namespace/host`, index);
      continue;
    }
    checkEgressHost(hosts, namespace.replace(/^~/, ''), host, index);
    if (namespace.startsWith('~')) continue;
    const repeats =
      seen.has(written) ||
      all.has(namespace) ||
      (host === '*' && [...seen].some((one) => one.startsWith(`${namespace}/`)));
    if (repeats) hosts.warn(`"${written}" is taken in by another entry`, index);
    else if (all.has('*') || (written === '*/*' && seen.size > 0))
      hosts.warn(`"${written}" and "*/*" overlap`, index);
    seen.add(written);
    if (host === '*') all.add(namespace);
  }
}

function checkEgressHost(hosts: Spot, namespace: string, host: string, index: number): void {
  if (!['', '*', '.'].includes(namespace) && !isNameLabel(namespace))
    hosts.error(`"${namespace}" is no name of a namespace`, index);
  if (host === '*') return;
  if (!host.includes('.')) hosts.error(`short names such as "${host}" can not be used here`, index);
  else if (!isWildcardDomain(host) && !isAddress(host))
    hosts.error(`"${host}" is neither a host name nor an address`, index);
  else if (host.startsWith('*') && !host.startsWith('*.'))
    hosts.error('a wildcard must be a whole part, as in "*.com"', index);
}

function checkOutbound(policy: Spot): void {
  if (!policy.isSet) return;
  const mode = policy.get('mode');
  if (mode.text === 'ALLOW_ANY_DYNAMIC_DNS') {
    mode.error('ALLOW_ANY_DYNAMIC_DNS can not be used in a Sidecar');
    return;
  }
  const proxy = policy.get('egressProxy');
  if (!proxy.isSet) return;
  if (mode.text !== 'ALLOW_ANY') {
    proxy.error('egressProxy needs mode ALLOW_ANY');
    return;
  }
  const host = proxy.get('host');
  if (!isFqdn(host.text)) host.error(`"${host.text}" is no full host name`);
  if (!proxy.has('port')) proxy.error('egressProxy needs a port', 'port');
  else checkPort(proxy.get('port', 'number'));
}
