import { asObjects, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';
import { equalitySelector, type LabelSelector, objectSelector } from './selector.ts';

/** A pod argument as it was written: `name`, `name.namespace`, `type/name` or `type/name.namespace`. */
export interface Target {
  /** The text before the slash, lower case; `pod` when there is none. */
  readonly type: string;
  readonly name: string;
  /** Namespace behind the last dot (after the slash); `undefined` when there is no dot. */
  readonly namespace: string | undefined;
}

/** Splits a pod argument (spec of connections §3): the namespace stands behind the last dot after the last slash. */
export function parseTarget(argument: string): Target {
  const slash = argument.lastIndexOf('/');
  const type = slash < 0 ? 'pod' : argument.slice(0, slash).toLowerCase();
  const rest = argument.slice(slash + 1);
  const dot = rest.lastIndexOf('.');
  if (dot <= 0) return { type, name: rest, namespace: undefined };
  return { type, name: rest.slice(0, dot), namespace: rest.slice(dot + 1) };
}

/** A kind whose objects stand for pods, by the words that people write for it. */
export interface TargetKind {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  readonly words: readonly string[];
}

/** The kinds that a pod argument may name besides pods. */
export const TARGET_KINDS: readonly TargetKind[] = [
  {
    kind: 'Deployment',
    group: 'apps',
    plural: 'deployments',
    words: ['deploy', 'deployment', 'deployments'],
  },
  { kind: 'Service', group: '', plural: 'services', words: ['svc', 'service', 'services'] },
  {
    kind: 'StatefulSet',
    group: 'apps',
    plural: 'statefulsets',
    words: ['sts', 'statefulset', 'statefulsets'],
  },
  { kind: 'DaemonSet', group: 'apps', plural: 'daemonsets', words: ['ds', 'daemonset', 'daemonsets'] },
  { kind: 'ReplicaSet', group: 'apps', plural: 'replicasets', words: ['rs', 'replicaset', 'replicasets'] },
  { kind: 'Job', group: 'batch', plural: 'jobs', words: ['job', 'jobs'] },
  {
    kind: 'Gateway',
    group: 'gateway.networking.k8s.io',
    plural: 'gateways',
    words: ['gateway', 'gateways', 'gtw'],
  },
];

/** The kind that a type word names (`deploy`, `deployment.apps` …), or `undefined`. */
export function targetKind(type: string): TargetKind | undefined {
  const [word = '', ...group] = type.split('.');
  return TARGET_KINDS.find(
    (one) =>
      one.words.includes(word) &&
      (group.length === 0 || one.group === group.join('.') || group.join('.').endsWith(one.group)),
  );
}

/** Whether the type word means pods themselves. */
export function isPodType(type: string): boolean {
  return ['pod', 'pods', 'po'].includes(type);
}

/**
 * The label selector of the pods behind an object: `spec.selector` of workloads and Services, the gateway-name label
 * of a Gateway that Istio deploys. `undefined` when the object selects no pods (a Service without selector, a
 * Gateway with an address of its own).
 */
export function podSelectorOf(object: KubeObject): LabelSelector | undefined {
  if (object.kind === 'Gateway') {
    return isManagedGateway(object)
      ? equalitySelector({ 'gateway.networking.k8s.io/gateway-name': object.metadata.name })
      : undefined;
  }
  const selector =
    object.kind === 'Service'
      ? equalitySelector(field(object, 'spec', 'selector'))
      : objectSelector(field(object, 'spec', 'selector'));
  return selector.length === 0 ? undefined : selector;
}

/** A Gateway is deployed by Istio unless it names a hostname as its address (Gateway API `spec.addresses`). */
function isManagedGateway(gateway: KubeObject): boolean {
  const addresses = asObjects(field(gateway, 'spec', 'addresses'));
  const [first] = addresses;
  if (first === undefined) return true;
  return addresses.length === 1 && (first['type'] === undefined || first['type'] === 'IPAddress');
}
