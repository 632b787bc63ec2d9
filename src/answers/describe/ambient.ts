import type { KubeObject } from '../../kube/object.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { type AmbientState, ambientState } from '../../mesh/waypoint.ts';
import { type ZtunnelWorkload, ztunnelWorkload } from '../../mesh/ztunnel-workload.ts';
import type { MtlsMode } from '../../security/server-mtls.ts';
import { asArray, asObjects, asString, field, type JsonObject } from '../../util/json.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type { DescribeProblem } from './problem.ts';

/** The ztunnel of the pod's node: its config_dump, or why it could not be asked. */
export type ZtunnelFacts =
  | {
      readonly kind: 'read';
      readonly ref: PodRef;
      readonly dump: unknown;
      readonly row: ProxyRow | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly ref: PodRef;
      readonly reason: string;
      readonly row: ProxyRow | undefined;
    }
  | { readonly kind: 'none' };

/** How the ambient mesh handles a pod. */
export interface AmbientFacts {
  readonly state: AmbientState;
  /** `<pod>.<namespace>` of the ztunnel on its node. */
  readonly ztunnel: string | undefined;
  readonly node: string | undefined;
  /** What that ztunnel knows of the pod. */
  readonly workload: ZtunnelWorkload | undefined;
}

/** How the ambient mesh handles a pod, and what is wrong with that. */
export function ambientFacts(
  pod: KubeObject,
  objects: MeshObjects,
  ztunnel: ZtunnelFacts,
): { readonly facts: AmbientFacts; readonly problems: readonly DescribeProblem[] } {
  const state = ambientState(pod, objects.namespace(pod.metadata.namespace ?? ''));
  const ref = { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' };
  const node = asString(field(pod, 'spec', 'nodeName'));
  const workload = ztunnel.kind === 'read' ? ztunnelWorkload(ztunnel.dump, ref) : undefined;
  const id = ztunnel.kind === 'none' ? undefined : proxyId(ztunnel.ref);
  const problems =
    state === 'not-captured'
      ? [notCaptured(pod)]
      : state === 'captured'
        ? [
            ...deadZtunnel(ztunnel, node),
            ...unknownTo(id, ztunnel, workload),
            ...otherIdentity(pod, id, workload),
          ]
        : [];
  return { facts: { state, ztunnel: id, node, workload }, problems };
}

/** The mode that a ztunnel's policies for the pod amount to. Source: spec of authorization §8. */
export function ztunnelMtls(
  workload: ZtunnelWorkload | undefined,
  port: number,
  dump: unknown,
): MtlsMode | undefined {
  if (workload === undefined) return undefined;
  if (workload.policies.some((one) => one.endsWith('/istio_converted_static_strict'))) return 'STRICT';
  const converted = workload.policies.filter((one) => one.includes('/converted_peer_authentication_'));
  if (converted.length === 0) return 'PERMISSIVE';
  return converted.some((one) => deniesPlainText(one, port, dump)) ? 'STRICT' : 'PERMISSIVE';
}

/** A converted policy denies what has no identity, on some ports or on all but some. */
function deniesPlainText(id: string, port: number, dump: unknown): boolean {
  const policy = asObjects(field(dump, 'policies')).find(
    (one) => `${asString(one['namespace'])}/${asString(one['name'])}` === id,
  );
  // A rule is a list of clauses that must all hold; of the matches of a clause one must.
  return asArray(policy?.['rules']).some((rule) =>
    asArray(rule).every((clause) => asObjects(clause).some((match) => takesPort(match, port))),
  );
}

function takesPort(match: JsonObject, port: number): boolean {
  const ports = asArray(match['destinationPorts']);
  return (
    (ports.length === 0 || ports.includes(port)) && !asArray(match['notDestinationPorts']).includes(port)
  );
}

/** Whether a ztunnel answers nobody and no istiod knows it. */
export function isDead(ztunnel: ZtunnelFacts): boolean {
  return ztunnel.kind === 'failed' && ztunnel.row?.state === 'never-connected';
}

function notCaptured(pod: KubeObject): DescribeProblem {
  const where = `pod annotation ambient.istio.io/redirection`;
  return {
    level: 'bad',
    kind: 'not-captured',
    text: 'no ztunnel handles this pod, although its namespace is in the ambient mesh',
    where: `${where} is missing`,
    why: 'its traffic is plain text, and no policy protects it',
    next: `restart the pod; look at the istio-cni-node pod on node ${asString(field(pod, 'spec', 'nodeName')) ?? 'of the pod'}`,
  };
}

function deadZtunnel(ztunnel: ZtunnelFacts, node: string | undefined): DescribeProblem[] {
  if (ztunnel.kind === 'read') return [];
  if (ztunnel.kind === 'none') {
    return [
      {
        level: 'warn',
        kind: 'ztunnel-unknown',
        text: `no ztunnel pod is known on node ${node ?? 'of the pod'}`,
        why: 'without a ztunnel on its node the pod can neither call nor be called',
        next: 'kubectl get pods -n istio-system -l app=ztunnel -o wide',
      },
    ];
  }
  if (!isDead(ztunnel)) return [];
  return [
    {
      level: 'bad',
      kind: 'ztunnel-dead',
      text: `the ztunnel of node ${node ?? ''} (${proxyId(ztunnel.ref)}) does not run`,
      why: 'no istiod knows it and it answers nobody: the pod can neither call nor be called (connection refused on 15008)',
      next: `kubectl logs ${ztunnel.ref.name} -n ${ztunnel.ref.namespace}`,
    },
  ];
}

function unknownTo(
  id: string | undefined,
  ztunnel: ZtunnelFacts,
  workload: ZtunnelWorkload | undefined,
): DescribeProblem[] {
  if (ztunnel.kind !== 'read') return [];
  if (workload === undefined) {
    return [
      {
        level: 'bad',
        kind: 'ztunnel-lacks-workload',
        text: `ztunnel ${id} does not know this pod`,
        why: 'istiod did not tell it of the workload: connections are refused',
        next: `meshscope proxy-status ${id}`,
      },
    ];
  }
  if (workload.protocol === 'HBONE') return [];
  return [
    {
      level: 'warn',
      kind: 'ztunnel-plain',
      text: `istiod tells ztunnels that this pod takes plain ${workload.protocol}, not HBONE`,
      why: 'callers send it plain text',
      next: 'restart the pod',
    },
  ];
}

function otherIdentity(
  pod: KubeObject,
  id: string | undefined,
  workload: ZtunnelWorkload | undefined,
): DescribeProblem[] {
  const own = asString(field(pod, 'spec', 'serviceAccountName')) ?? 'default';
  const announced = workload?.announcedAs;
  if (announced === undefined || announced === own) return [];
  return [
    {
      level: 'bad',
      kind: 'ztunnel-identity',
      text: `ztunnel was told that this pod runs as ${announced}; it runs as ${own}`,
      where: `ztunnel ${id}`,
      why: 'it finds no workload of that name: calls from and to the pod fail (failed to fetch information about local workload)',
      next: 'restart the pod, so that the node agent announces it again',
    },
  ];
}
