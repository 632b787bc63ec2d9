import type { Spot } from '../spot.ts';
import { checkClientTls } from './client-tls.ts';
import { checkDuration, checkNotNegative, checkPort } from './fields.ts';
import { checkLoadBalancer } from './load-balancer.ts';
import { isAddress, isFqdn } from './names.ts';

/** The parts of a policy that a rule for a port can have, too. */
const OF_PORTS = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls'];

/** `trafficPolicy` of a DestinationRule or of one of its subsets (analyzers, section 4.3, rules 2 to 7). */
export function checkTrafficPolicy(policy: Spot, namespace: string): void {
  if (policy.value === undefined || policy.value === null) return;
  const fields = [...OF_PORTS, 'portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget'];
  if (!fields.some((name) => policy.has(name))) policy.error('the trafficPolicy says nothing');
  if (policy.has('tunnel') && policy.has('proxyProtocol')) {
    policy.error('tunnel and proxyProtocol can not be set together', 'tunnel');
    return;
  }
  checkParts(policy, namespace);
  checkTunnel(policy.get('tunnel'));
  const version = policy.get('proxyProtocol', 'version');
  if (version.isSet && !['V1', 'V2'].includes(version.text))
    version.error(`the version ${version.text} of the PROXY protocol is not known`);
  for (const settings of policy.items('portLevelSettings')) {
    if (!settings.has('port')) settings.error('the settings name no port');
    if (!OF_PORTS.some((name) => settings.has(name))) settings.error('the settings of the port say nothing');
    checkParts(settings, namespace);
  }
}

function checkParts(policy: Spot, namespace: string): void {
  checkOutlierDetection(policy.get('outlierDetection'));
  checkConnectionPool(policy.get('connectionPool'));
  checkLoadBalancer(policy.get('loadBalancer'), policy.has('outlierDetection'));
  checkClientTls(policy.get('tls'), namespace);
}

function checkTunnel(tunnel: Spot): void {
  if (!tunnel.isSet) return;
  const protocol = tunnel.get('protocol');
  if (!['', 'CONNECT', 'POST'].includes(protocol.text)) protocol.error('a tunnel is made by CONNECT or POST');
  const host = tunnel.get('targetHost');
  if (!isFqdn(host.text) && !isAddress(host.text))
    host.error(`"${host.text}" is neither a host name nor an address`);
  checkPort(tunnel.get('targetPort'));
}

const HTTP_COUNTS = [
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;

/** `connectionPool` (section 4.1, rules 31 to 36). */
export function checkConnectionPool(pool: Spot): void {
  if (!pool.isSet) return;
  const [http, tcp] = [pool.get('http'), pool.get('tcp')];
  if (!http.isSet && !tcp.isSet) pool.error('the connectionPool has neither tcp nor http settings');
  for (const name of HTTP_COUNTS) checkNotNegative(http.get(name));
  checkNotNegative(tcp.get('maxConnections'));
  checkDuration(http.get('idleTimeout'));
  checkDuration(tcp.get('connectTimeout'));
  checkDuration(tcp.get('maxConnectionDuration'));
  checkDuration(tcp.get('idleTimeout'), true);
  checkDuration(tcp.get('tcpKeepalive', 'time'));
  checkDuration(tcp.get('tcpKeepalive', 'interval'));
  if (http.get('h2UpgradePolicy').text === 'UPGRADE' && http.get('useClientProtocol').isTrue)
    http.error('UPGRADE and useClientProtocol can not be set together', 'h2UpgradePolicy');
  const keepalive = http.get('http2KeepAlive');
  if (!keepalive.isSet) return;
  for (const name of ['interval', 'timeout']) {
    if (!keepalive.has(name)) keepalive.error(`http2KeepAlive needs ${name}`);
    checkDuration(keepalive.get(name));
  }
}

/** `outlierDetection` (rules 37 to 40). */
export function checkOutlierDetection(outlier: Spot): void {
  if (!outlier.isSet) return;
  checkDuration(outlier.get('baseEjectionTime'));
  checkDuration(outlier.get('interval'));
  if (outlier.get('consecutiveErrors').number !== 0)
    outlier.warn(
      'consecutiveErrors is deprecated: use consecutive5xxErrors or consecutiveGatewayErrors',
      'consecutiveErrors',
    );
  const local = outlier.get('consecutiveLocalOriginFailures');
  if (local.number > 0 && !outlier.get('splitExternalLocalOriginErrors').isTrue)
    local.error('it needs splitExternalLocalOriginErrors: true');
  for (const name of ['maxEjectionPercent', 'minHealthPercent']) {
    const percent = outlier.get(name);
    if (percent.isSet && (percent.number < 0 || percent.number > 100))
      percent.error('it must be between 0 and 100');
  }
}
