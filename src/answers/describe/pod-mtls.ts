import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { containerPorts } from '../../kube/workload.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import type { ZtunnelWorkload } from '../../mesh/ztunnel-workload.ts';
import { enforcedMtls } from '../../security/enforced-mtls.ts';
import {
  type MtlsMode,
  peerLevels,
  portsWithOwnMode,
  serverMtls,
  workloadMtls,
} from '../../security/server-mtls.ts';
import { type ZtunnelFacts, ztunnelMtls } from './ambient.ts';
import type { EnvoyFacts } from './envoy-facts.ts';
import type { DescribeProblem } from './problem.ts';
import { listenersOf } from './proxy-state.ts';
import { bypasses, knowsPeers } from './server-side.ts';
import type { ServiceFacts } from './service-facts.ts';

/** What a pod takes on one of its ports. */
export interface PortMtls {
  readonly port: number;
  /** By the PeerAuthentications; `none`: the port passes the proxy by. */
  readonly mode: MtlsMode | 'none';
  /** The PeerAuthentication that decides; `undefined` for the default of the mesh. */
  readonly by: string | undefined;
  /** As the proxy really enforces it; `undefined` where that could not be seen. */
  readonly enforced: MtlsMode | undefined;
}

/** What a pod takes on its ports, and on all others. */
export interface PodMtls {
  readonly ports: readonly PortMtls[];
  readonly others: { readonly mode: MtlsMode; readonly by: string | undefined };
}

/** The effective mTLS of a pod, and where its proxy does something else; `undefined` where nothing decides it. */
export function podMtls(
  pod: KubeObject,
  objects: MeshObjects,
  envoy: EnvoyFacts,
  services: readonly ServiceFacts[],
  workload: ZtunnelWorkload | undefined,
  ztunnel: ZtunnelFacts,
): { readonly mtls: PodMtls; readonly problems: readonly DescribeProblem[] } | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const type = proxyPod(pod)?.type;
  const isAmbient =
    type === undefined && pod.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled';
  if ((type !== 'sidecar' && !isAmbient) || !knowsPeers(objects, namespace)) return undefined;
  const peers = objects.all('peerAuthentications');
  const target = { namespace, labels: pod.metadata.labels ?? {} };
  const levels = peerLevels(peers, target, objects.rootNamespace);
  const ports = inboundPorts(pod, services, portsWithOwnMode(levels)).map((port): PortMtls => {
    if (!isAmbient && bypasses(pod, port)) return { port, mode: 'none', by: undefined, enforced: undefined };
    const { mode, by } = serverMtls(peers, target, port, objects.rootNamespace);
    const dump = ztunnel.kind === 'read' ? ztunnel.dump : undefined;
    const enforced = isAmbient
      ? ztunnelMtls(workload, port, dump)
      : enforcedMtls(listenersOf(envoy), port)?.mode;
    return { port, mode, by, enforced };
  });
  return {
    mtls: { ports, others: workloadMtls(levels) },
    problems: [
      ...ports.flatMap((one) => differing(one, isAmbient)),
      ...levels.ignored.map(({ object, because }) => ignoredProblem(object, because)),
    ],
  };
}

/** Ports that Services lead to, that application containers declare, and that have a mode of their own. */
function inboundPorts(
  pod: KubeObject,
  services: readonly ServiceFacts[],
  own: readonly number[],
): readonly number[] {
  const declared = containerPorts(pod).filter(
    ({ container, transport }) => container !== 'istio-proxy' && transport === 'TCP',
  );
  const led = services.flatMap(({ ports }) =>
    ports.filter(({ transport }) => transport === 'TCP').flatMap(({ podPorts }) => podPorts),
  );
  return [...new Set([...declared.map(({ port }) => port), ...led, ...own])].sort((a, b) => a - b);
}

function differing({ port, mode, by, enforced }: PortMtls, isAmbient: boolean): DescribeProblem[] {
  if (enforced === undefined || mode === 'none' || enforced === mode) return [];
  if (isAmbient && mode === 'DISABLE' && enforced === 'PERMISSIVE') return [];
  const who = isAmbient ? 'ztunnel' : 'Envoy';
  const object = by === undefined ? 'the default' : `PeerAuthentication ${by}`;
  return [
    {
      level: mode === 'STRICT' ? 'bad' : 'warn',
      kind: 'mtls-differs',
      text: `port ${port} should be ${mode}, ${who} enforces ${enforced}`,
      where: object,
      why:
        mode === 'STRICT'
          ? 'plain text gets in although it must not'
          : enforced === 'STRICT'
            ? 'callers without mTLS are refused although they may call'
            : 'the proxy does not hold what the objects say',
      next: 'meshscope proxy-status tells whether the proxy is in sync; an EnvoyFilter may change the listener',
    },
  ];
}

function ignoredProblem(object: KubeObject, because: string): DescribeProblem {
  return {
    level: 'warn',
    kind: 'peer-ignored',
    text: `PeerAuthentication ${objectId(object)} selects this pod and counts for nothing`,
    where: `PeerAuthentication ${objectId(object)}`,
    why: because,
    next: 'remove it, or join it with the one that decides',
  };
}
