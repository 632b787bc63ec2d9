import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import {
  isWaypointGateway,
  type WaypointWish,
  waypointBound,
  waypointFor,
  waypointWish,
} from '../../mesh/waypoint.ts';
import type { DescribeProblem } from './problem.ts';

/** What the Envoy of a waypoint says. */
export interface WaypointProxy {
  /** `<pod>.<namespace>`; `undefined` when the waypoint has no pod. */
  readonly pod: string | undefined;
  /** Listeners that its Envoy refused; `undefined` when it could not be asked. */
  readonly refused: readonly string[] | undefined;
  /** It answers nobody and no istiod knows it. */
  readonly isDead: boolean;
}

/** The waypoint that something is served by, and whether it works. */
export interface WaypointFacts {
  /** `clinic/clinic-waypoint`. */
  readonly gateway: string;
  /** What asks for it: `Service records`, `Namespace clinic` … */
  readonly by: string;
  /** Whether it is there and serves this kind of thing. */
  readonly serves: boolean;
  readonly pod: string | undefined;
}

/** A waypoint wish with the problems that stand between it and a working waypoint. */
export interface WaypointAnswer {
  readonly waypoint: WaypointFacts | undefined;
  readonly problems: readonly DescribeProblem[];
}

/** The waypoint of a Service or a captured pod. `proxyOf` tells what the Envoy of a waypoint says. */
export function waypointOf(
  object: KubeObject,
  objects: MeshObjects,
  proxyOf: (gateway: string) => WaypointProxy | undefined,
): WaypointAnswer {
  const wish = waypointWish(object, objects.namespace(object.metadata.namespace ?? ''));
  if (wish === undefined || wish === 'none') return { waypoint: undefined, problems: [] };
  const gateway = objects.find('kubeGateways', wish.namespace, wish.name);
  const id = `${wish.namespace}/${wish.name}`;
  const kind = object.kind === 'Pod' ? 'workload' : 'service';
  const broken =
    gateway === undefined
      ? missing(wish, id, objects)
      : [...wrongKind(gateway, wish, kind), ...notBound(object, id, wish)];
  const isCertain = gateway !== undefined && broken.length === 0;
  // A namespace's waypoint simply does not concern what it is not for.
  if (gateway !== undefined && wish.by.startsWith('Namespace') && !servesKind(gateway, kind)) {
    return { waypoint: undefined, problems: [] };
  }
  const proxy = isCertain ? proxyOf(id) : undefined;
  return {
    waypoint: { gateway: id, by: wish.by, serves: isCertain, pod: proxy?.pod },
    problems: [...broken, ...(isCertain ? deadProxy(object, id, proxy) : [])],
  };
}

function missing(wish: WaypointWish, id: string, objects: MeshObjects): DescribeProblem[] {
  if (!objects.knows('kubeGateways', wish.namespace)) return [];
  return [
    {
      level: 'bad',
      kind: 'waypoint-missing',
      text: `waypoint ${id} does not exist`,
      where: `${wish.by} label istio.io/use-waypoint`,
      why: 'traffic goes to the pods without a waypoint, and policies for the waypoint are not enforced',
      next: `create Gateway ${id} of class istio-waypoint, or correct the label`,
    },
  ];
}

function servesKind(gateway: KubeObject, kind: string): boolean {
  const serves = waypointFor(gateway);
  return serves === 'all' || serves === kind;
}

function wrongKind(gateway: KubeObject, wish: WaypointWish, kind: string): DescribeProblem[] {
  const id = objectId(gateway);
  if (!isWaypointGateway(gateway)) {
    return [
      {
        level: 'bad',
        kind: 'waypoint-class',
        text: `Gateway ${id} is no waypoint`,
        where: `Gateway ${id} spec.gatewayClassName`,
        why: 'nothing is sent through it',
        next: `name a Gateway of class istio-waypoint in label istio.io/use-waypoint of ${wish.by}`,
      },
    ];
  }
  if (servesKind(gateway, kind)) return [];
  return [
    {
      level: 'bad',
      kind: 'waypoint-for',
      text: `waypoint ${id} serves ${waypointFor(gateway)}, not ${kind}`,
      where: `Gateway ${id} label istio.io/waypoint-for`,
      why: 'traffic goes past it, and its policies are not enforced',
      next: `label the Gateway istio.io/waypoint-for: all or ${kind}`,
    },
  ];
}

function notBound(object: KubeObject, id: string, wish: WaypointWish): DescribeProblem[] {
  const condition = waypointBound(object);
  if (condition === undefined || condition.bound) return [];
  const isDenied = condition.reason === 'AttachmentDenied';
  return [
    {
      level: 'bad',
      kind: 'waypoint-not-bound',
      text: `istiod does not bind ${object.kind} ${object.metadata.name} to waypoint ${id}: ${condition.message}`,
      where: `${wish.by} label istio.io/use-waypoint; status condition istio.io/WaypointBound (${condition.reason})`,
      why: 'traffic goes past the waypoint, and its policies are not enforced',
      next: isDenied
        ? `allow the namespace in spec.listeners[].allowedRoutes.namespaces of Gateway ${id}`
        : `meshscope describe service ${wish.name}.${wish.namespace} shows the waypoint`,
    },
  ];
}

/** A Gateway may say Programmed=True while its Envoy is dead or refuses its listeners. */
function deadProxy(object: KubeObject, id: string, proxy: WaypointProxy | undefined): DescribeProblem[] {
  if (proxy === undefined) return [];
  const name = object.metadata.name;
  if (proxy.pod === undefined) {
    return [
      {
        level: 'bad',
        kind: 'waypoint-no-pod',
        text: `waypoint ${id} has no running pod`,
        where: `Gateway ${id}`,
        why: `calls to ${name} through it fail: connection refused`,
        next: `kubectl get pods -n ${id.split('/')[0]} -l gateway.networking.k8s.io/gateway-name=${id.split('/')[1]}`,
      },
    ];
  }
  if (proxy.isDead) {
    return [
      {
        level: 'bad',
        kind: 'waypoint-dead',
        text: `the proxy of waypoint ${id} does not run`,
        where: `pod ${proxy.pod}`,
        why: `calls to ${name} get connection refused, although the Gateway says Programmed`,
        next: `kubectl logs ${proxy.pod.split('.')[0]} -n ${id.split('/')[0]}`,
      },
    ];
  }
  if (proxy.refused === undefined || proxy.refused.length === 0) return [];
  return [
    {
      level: 'bad',
      kind: 'waypoint-rejects',
      text: `the Envoy of waypoint ${id} refused its listeners: ${proxy.refused[0]}`,
      where: `pod ${proxy.pod}`,
      why: `nothing listens on port 15008: calls to ${name} get connection refused, although the Gateway says Programmed`,
      next: `meshscope proxy-status ${proxy.pod}`,
    },
  ];
}
