import { checkEndpoint } from '../parts/endpoint.ts';
import { checkLabels, checkNotNegative, checkPort } from '../parts/fields.ts';
import { checkMatchLabels } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

/** A WorkloadEntry (analyzers, section 4.11). */
export function checkWorkloadEntry(spec: Spot): void {
  checkEndpoint(spec, { allowsNames: true });
}

/** A ProxyConfig (section 4.13). */
export function checkProxyConfig(spec: Spot): void {
  checkMatchLabels(spec.get('selector'));
  checkNotNegative(spec.get('concurrency'));
}

const PROBE_NUMBERS = [
  'periodSeconds',
  'initialDelaySeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

/** A WorkloadGroup (section 4.12). A gRPC probe is fine: the API has it. */
export function checkWorkloadGroup(spec: Spot): void {
  if (!spec.has('template')) spec.error('the workload group has no template', 'template');
  checkLabels(spec.get('metadata', 'labels'));
  const probe = spec.get('probe');
  if (!probe.isSet) return;
  for (const name of PROBE_NUMBERS) checkNotNegative(probe.get(name));
  const [http, tcp, exec] = [probe.get('httpGet'), probe.get('tcpSocket'), probe.get('exec')];
  if (http.isSet) checkHttpProbe(http);
  else if (tcp.isSet) checkPort(tcp.get('port'));
  else if (exec.isSet) {
    if (exec.get('command').texts.length === 0) exec.error('the probe has no command');
  } else if (!probe.has('grpc')) probe.error('the probe says neither httpGet, tcpSocket, grpc nor exec');
}

function checkHttpProbe(http: Spot): void {
  checkPort(http.get('port'));
  const scheme = http.get('scheme');
  if (!['', 'HTTP', 'HTTPS'].includes(scheme.text))
    scheme.error(`the scheme "${scheme.text}" is neither HTTP nor HTTPS`);
  for (const header of http.items('httpHeaders')) {
    const name = header.get('name');
    if (!/^[-A-Za-z0-9]+$/.test(name.text)) name.error(`"${name.text}" can not be the name of a header`);
  }
}
