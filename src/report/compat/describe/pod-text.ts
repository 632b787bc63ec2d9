import type { KubeObject } from '../../../kube/object.ts';
import { podPhase } from '../../../kube/pod.ts';
import { hasProxyContainer } from '../../../kube/proxy-pod.ts';
import { equalitySelector, matchesSelector } from '../../../kube/selector.ts';
import type { MeshObjects } from '../../../mesh/objects.ts';
import { peerLevels, portsWithOwnMode, serverMtls, workloadMtls } from '../../../security/server-mtls.ts';
import { asNumber, asObjects, asString, field } from '../../../util/json.ts';
import { shortName } from './names.ts';

const RESERVED_USER = 1337;
const RESERVED = 'WARNING: User ID (UID) 1337 is reserved for the sidecar proxy.';
const REQUIREMENTS = 'https://istio.io/latest/docs/ops/deployment/requirements/';

/** The reference's lines about the pod itself. */
export function podLines(pod: KubeObject, namespace: string, ignoreUnmeshed: boolean): readonly string[] {
  const containers = asObjects(field(pod, 'spec', 'containers'));
  const name = shortName(pod, namespace);
  const ports = containers.flatMap((container) =>
    asObjects(container['ports']).map((port) => {
      const protocol = asString(port['protocol']) ?? 'TCP';
      const suffix = protocol === 'TCP' ? '' : `/${protocol}`;
      return `${String(port['containerPort'])}${suffix} (${String(container['name'])})`;
    }),
  );
  const reserved = containers.filter(
    (one) =>
      one['name'] !== 'istio-proxy' && one['name'] !== 'istio-operator' && userOf(one) === RESERVED_USER,
  );
  const lines = [
    ...reserved.map(() => RESERVED),
    `Pod: ${name}`,
    `   Pod Revision: ${revisionOf(pod)}`,
    ports.length > 0 ? `   Pod Ports: ${ports.join(', ')}` : '   Pod does not expose ports',
  ];
  if (podPhase(pod) !== 'Running') return [...lines, `   Pod is not Running (${podPhase(pod)})`];
  lines.push(...unready(pod, 'containerStatuses', `WARNING: Pod ${name} Container`));
  lines.push(...unready(pod, 'initContainerStatuses', `WARNING: Pod ${name} Init Container`));
  if (ignoreUnmeshed) return lines;
  if (!hasProxyContainer(pod)) return [...lines, `WARNING: ${name} is not part of mesh; no Istio sidecar`];
  if (userOf(field(pod, 'spec')) === RESERVED_USER) lines.push(`   ${RESERVED}`);
  return [...lines, ...suggestions(pod.metadata.labels ?? {})];
}

function userOf(holder: unknown): number | undefined {
  return asNumber(field(holder, 'securityContext', 'runAsUser'));
}

function unready(pod: KubeObject, list: string, start: string): string[] {
  return asObjects(field(pod, 'status', list))
    .filter((one) => one['ready'] !== true)
    .map((one) => `${start} ${String(one['name'])} NOT READY`);
}

/** The reference looks at annotations alone. */
function revisionOf(pod: KubeObject): string {
  const annotations = pod.metadata.annotations ?? {};
  const named = annotations['istio.io/rev'];
  if (named !== undefined) return named;
  try {
    return asString(field(JSON.parse(annotations['sidecar.istio.io/status'] ?? ''), 'revision')) ?? '';
  } catch {
    return '';
  }
}

function suggestions(labels: Readonly<Record<string, string>>): string[] {
  const has = (...names: readonly string[]): boolean => names.some((name) => name in labels);
  const text = (what: string): string =>
    `Suggestion: add required service ${what} label for Istio telemetry. See ${REQUIREMENTS}.`;
  return [
    ...(has('service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app') ? [] : [text('name')]),
    ...(has('service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version')
      ? []
      : [text('revision')]),
  ];
}

/** The reference's lines about PeerAuthentication: those of the root namespace are listed twice for its own pods. */
export function peerLines(pod: KubeObject, objects: MeshObjects): readonly string[] {
  const own = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? {};
  const target = { namespace: own, labels };
  const all = objects.all('peerAuthentications');
  const levels = peerLevels(all, target, objects.rootNamespace);
  const ports = portsWithOwnMode(levels).map(
    (port) => `      ${port}: ${serverMtls(all, target, port, objects.rootNamespace).mode}`,
  );
  const read = [
    ...objects.within('peerAuthentications', objects.rootNamespace),
    ...objects.within('peerAuthentications', own),
  ];
  const matching = read.filter((one) =>
    matchesSelector(equalitySelector(field(one, 'spec', 'selector', 'matchLabels')), labels),
  );
  const names = matching.map(({ metadata }) => `${metadata.name}.${metadata.namespace ?? ''}`);
  return [
    'Effective PeerAuthentication:',
    `   Workload mTLS mode: ${workloadMtls(levels).mode}`,
    ...(ports.length === 0 ? [] : ['   Port Level mTLS mode:', ...ports]),
    ...(names.length === 0 ? [] : ['Applied PeerAuthentication:', `   ${names.join(', ')}`]),
  ];
}
