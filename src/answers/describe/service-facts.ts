import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../../kube/selector.ts';
import { subsetsOf } from '../../mesh/destination-rule.ts';
import { serviceHost } from '../../mesh/host.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { asObject, asString, field } from '../../util/json.ts';
import { type CallOutcome, type ClientView, callOutcomes, clientViews, ruleIds } from './client-calls.ts';
import { type Exposure, exposures } from './exposure.ts';
import { kubeMatches, meshRoutesOf } from './kube-route-exposure.ts';
import { mtlsProblems } from './mtls-problems.ts';
import type { NamedPort } from './policy-problems.ts';
import { type PortFacts, portFacts, portProblems } from './ports.ts';
import type { DescribeProblem } from './problem.ts';
import { type RouteFacts, serviceRouting } from './routing.ts';
import { type WaypointFacts, type WaypointProxy, waypointOf } from './waypoints.ts';

/** The DestinationRule that some clients use for a service. */
export interface RuleFacts {
  /** `clients`, `clients in shop`, `other clients`. */
  readonly who: string;
  /** `<namespace>/<name>`, several joined by commas; `undefined`: none. */
  readonly rule: string | undefined;
  /** Each subset with the number of pods that it takes in, and whether the described pod is one of them. */
  readonly subsets: readonly {
    readonly name: string;
    readonly pods: number;
    readonly hasPod: boolean | undefined;
  }[];
  /** Parts of its traffic policy: `load balancer`, `connection pool` … */
  readonly sets: readonly string[];
}

/** What these clients send to one port, and what becomes of it. */
export interface CallFacts {
  readonly who: string;
  readonly port: number;
  /** A subset with a TLS setting of its own; `undefined` for calls without one. */
  readonly subset: string | undefined;
  /** The mode that a DestinationRule sets; `automatic` without one. */
  readonly client: string;
  /** `mTLS`, `plain text`, `fails` …, each with the number of pods; none when there are no pods. */
  readonly outcomes: readonly { readonly outcome: string; readonly pods: number }[];
}

/** A route of the Gateway API whose parent is the service. */
export interface MeshRouteFacts {
  readonly route: string;
  readonly matches: readonly string[];
}

/** All that the mesh makes of a service. */
export interface ServiceFacts {
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  readonly ports: readonly PortFacts[];
  readonly rules: readonly RuleFacts[];
  readonly calls: readonly CallFacts[];
  readonly routes: readonly RouteFacts[];
  readonly meshRoutes: readonly MeshRouteFacts[];
  readonly exposures: readonly Exposure[];
  readonly waypoint: WaypointFacts | undefined;
}

/** The facts of a service and what is wrong with them. */
export interface JudgedService {
  readonly facts: ServiceFacts;
  readonly problems: readonly DescribeProblem[];
}

/** What the facts of a service are computed from. */
export interface ServiceInput {
  readonly service: KubeObject;
  /** The pods that are looked at: all of the service, or the described one. */
  readonly pods: readonly KubeObject[];
  /** The described pod, if one is described. */
  readonly pod?: KubeObject | undefined;
  readonly objects: MeshObjects;
  readonly waypointProxy: (gateway: string) => WaypointProxy | undefined;
}

/** The ports of a service with its name. */
export function namedPorts({ name, ports }: Pick<ServiceFacts, 'name' | 'ports'>): readonly NamedPort[] {
  return ports.map(({ port, protocol }) => ({ service: name, port, protocol }));
}

/** What the mesh makes of a service: ports, rules of clients, mTLS, routes, ways from outside, waypoint. */
export function serviceFacts({ service, pods, pod, objects, waypointProxy }: ServiceInput): JudgedService {
  const calls = callOutcomes(service, pods, objects);
  const routing = serviceRouting(service, objects, pod);
  const waypoint = waypointOf(service, objects, waypointProxy);
  const all = objects.all('pods');
  const facts: ServiceFacts = {
    name: service.metadata.name,
    namespace: service.metadata.namespace ?? '',
    host: serviceHost(service),
    ports: portFacts(service, pods),
    rules: clientViews(service, objects).flatMap((view) => ruleFacts(view, service, all, pod)),
    calls: calls.map(callFacts),
    routes: routing.rules,
    meshRoutes: meshRoutesOf(service, objects).map((route) => ({
      route: `${route.kind} ${objectId(route)}`,
      matches: kubeMatches(route, service),
    })),
    exposures: exposures(service, objects),
    waypoint: waypoint.waypoint,
  };
  const problems = [
    ...mtlsProblems(service, calls),
    ...routing.problems,
    ...portProblems(service, pods),
    ...waypoint.problems,
  ];
  return { facts, problems };
}

function ruleFacts(
  { who, rule }: ClientView,
  service: KubeObject,
  pods: readonly KubeObject[],
  pod: KubeObject | undefined,
): RuleFacts[] {
  if (rule === undefined) return [];
  const selector = equalitySelector(field(service, 'spec', 'selector'));
  const ofService = pods.filter(
    (one) =>
      one.metadata.namespace === service.metadata.namespace && matchesSelector(selector, one.metadata.labels),
  );
  const subsets = subsetsOf(rule).map(({ name, labels }) => {
    const isIn = (one: KubeObject) => matchesSelector(equalitySelector(labels), one.metadata.labels);
    return { name, pods: ofService.filter(isIn).length, hasPod: pod && isIn(pod) };
  });
  return [{ who, rule: ruleIds(rule), subsets, sets: rule.rules.flatMap(policyParts) }];
}

const PARTS: Readonly<Record<string, string>> = {
  loadBalancer: 'load balancer',
  connectionPool: 'connection pool',
  outlierDetection: 'outlier detection',
  portLevelSettings: 'settings of single ports',
  tunnel: 'tunnel',
  proxyProtocol: 'proxy protocol',
  retryBudget: 'retry budget',
};

function policyParts(rule: KubeObject): string[] {
  const policy = asObject(field(rule, 'spec', 'trafficPolicy')) ?? {};
  const mode = asString(field(policy, 'tls', 'mode'));
  const named = Object.keys(policy).flatMap((key) => (Object.hasOwn(PARTS, key) ? (PARTS[key] ?? []) : []));
  return mode === undefined ? named : [`TLS ${mode}`, ...named];
}

function callFacts({ view, port, subset, setting, servers }: CallOutcome): CallFacts {
  const counts = new Map<string, number>();
  for (const { outcome } of servers) counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  return {
    who: view.who,
    port,
    subset,
    client: setting?.mode ?? 'automatic',
    outcomes: [...counts].map(([outcome, pods]) => ({ outcome, pods })),
  };
}
