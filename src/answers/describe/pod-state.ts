import type { KubeObject } from '../../kube/object.ts';
import { podPhase } from '../../kube/pod.ts';
import { hasProxyContainer } from '../../kube/proxy-pod.ts';
import { unreadyContainers } from '../../kube/workload.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { ambientState } from '../../mesh/waypoint.ts';
import { asNumber, asObjects, field } from '../../util/json.ts';
import { type DescribeProblem, listed } from './problem.ts';

const PROXY_UID = 1337;

/** What keeps a pod from working or from being part of the mesh, as its object says. */
export function podProblems(
  pod: KubeObject,
  objects: MeshObjects,
  ignoreUnmeshed: boolean,
): DescribeProblem[] {
  return [
    ...phaseProblems(pod),
    ...readinessProblems(pod),
    ...userProblems(pod),
    ...(ignoreUnmeshed ? [] : unmeshedProblems(pod, objects)),
    ...doubleProblems(pod, objects),
  ];
}

function phaseProblems(pod: KubeObject): DescribeProblem[] {
  const phase = podPhase(pod);
  if (phase === 'Running') return [];
  return [
    {
      level: 'bad',
      kind: 'pod-phase',
      text: `the pod is ${phase}, not Running`,
      why: 'it takes no traffic',
      next: `kubectl describe pod ${pod.metadata.name} -n ${pod.metadata.namespace ?? ''} shows its events`,
    },
  ];
}

function readinessProblems(pod: KubeObject): DescribeProblem[] {
  if (podPhase(pod) !== 'Running') return [];
  return unreadyContainers(pod).map(({ name, reason }) => ({
    level: 'bad' as const,
    kind: 'not-ready',
    text: `container ${name} is not ready${reason === undefined ? '' : ` (${reason})`}`,
    why: 'Services send nothing to a pod that is not ready',
    next: `kubectl logs ${pod.metadata.name} -c ${name} -n ${pod.metadata.namespace ?? ''}`,
  }));
}

/** The redirection rules let what user 1337 sends pass the proxy by. */
function userProblems(pod: KubeObject): DescribeProblem[] {
  if (!hasProxyContainer(pod)) return [];
  const containers = asObjects(field(pod, 'spec', 'containers')).filter(
    (one) => one['name'] !== 'istio-proxy',
  );
  const ofPod = asNumber(field(pod, 'spec', 'securityContext', 'runAsUser'));
  const users = containers.filter(
    (one) => (asNumber(field(one, 'securityContext', 'runAsUser')) ?? ofPod) === PROXY_UID,
  );
  if (users.length === 0) return [];
  return [
    {
      level: 'bad',
      kind: 'proxy-user',
      text: `container ${listed(users.map((one) => String(one['name'])))} runs as user ${PROXY_UID}, which is the proxy's`,
      where: 'pod spec.securityContext.runAsUser',
      why: 'what it sends passes the proxy by: no mTLS, no routing',
      next: 'run the application as another user',
    },
  ];
}

function unmeshedProblems(pod: KubeObject, objects: MeshObjects): DescribeProblem[] {
  if (hasProxyContainer(pod) || pod.metadata.annotations?.['sidecar.istio.io/inject'] === 'false') return [];
  const name = pod.metadata.namespace ?? '';
  const namespace = objects.namespace(name);
  const state = ambientState(pod, namespace);
  if (state === 'captured' || state === 'not-captured') return [];
  const wishesSidecar =
    namespace?.metadata.labels?.['istio-injection'] === 'enabled' ||
    namespace?.metadata.labels?.['istio.io/rev'] !== undefined;
  if (wishesSidecar && pod.metadata.labels?.['sidecar.istio.io/inject'] !== 'false') {
    return [
      {
        level: 'bad',
        kind: 'not-injected',
        text: `the pod has no sidecar although namespace ${name} asks for one`,
        why: 'it was made before the label, or injection failed: callers and the pod itself speak plain text',
        next: 'restart the workload (kubectl rollout restart); meshscope check-inject shows the decision',
      },
    ];
  }
  const because = state === 'opted-out' ? ' (its label istio.io/dataplane-mode is none)' : '';
  return [
    {
      level: 'warn',
      kind: 'unmeshed',
      text: `the pod is not part of the mesh${because}: it has no sidecar, and no ztunnel handles it`,
      why: 'calls to it are plain text, and no policy of the mesh protects it',
      next: `label namespace ${name} with istio-injection=enabled or istio.io/dataplane-mode=ambient to take it in; --ignoreUnmeshed leaves this out`,
    },
  ];
}

/** A pod with a sidecar is handled by no ztunnel, but a namespace that asks for both is seldom meant. */
function doubleProblems(pod: KubeObject, objects: MeshObjects): DescribeProblem[] {
  const namespace = objects.namespace(pod.metadata.namespace ?? '');
  const labels = namespace?.metadata.labels;
  const wantsBoth =
    labels?.['istio.io/dataplane-mode'] === 'ambient' && labels['istio-injection'] === 'enabled';
  if (!wantsBoth || !hasProxyContainer(pod)) return [];
  return [
    {
      level: 'warn',
      kind: 'both-modes',
      text: `namespace ${namespace?.metadata.name} asks for sidecars and for ambient`,
      where: `Namespace ${namespace?.metadata.name} labels istio-injection, istio.io/dataplane-mode`,
      why: 'the sidecar wins for this pod; pods without one go to ztunnel',
      next: 'keep one of the two labels',
    },
  ];
}
