import { asObject, asString, field } from '../../util/json.ts';
import { type LabelSelector, matchesSelector, objectSelector } from '../selector.ts';
import { INJECT_LABEL } from './hook.ts';
import type { InjectionRule } from './rule.ts';

/** What the injector decides by itself, from the key `config` of its ConfigMap. */
export interface InjectorPolicy {
  /** `enabled`: pods are injected unless they refuse; `disabled`: only those that ask. Others inject nothing. */
  readonly policy: string;
  readonly never: readonly LabelSelector[];
  readonly always: readonly LabelSelector[];
}

/** The policy in the parsed `config` of an injector's ConfigMap; `undefined` when it is not a mapping. */
export function injectorPolicy(config: unknown): InjectorPolicy | undefined {
  const found = asObject(config);
  if (found === undefined) return undefined;
  const selectors = (name: string): LabelSelector[] => {
    const list = found[name];
    return Array.isArray(list) ? list.map(objectSelector).filter((one) => one.length > 0) : [];
  };
  return {
    policy: asString(found['policy']) ?? '',
    never: selectors('neverInjectSelector'),
    always: selectors('alwaysInjectSelector'),
  };
}

/** The parts of a pod or a pod template that injection turns on. */
export interface InjectionTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
}

/** The parts of a Pod, or of an object's pod template, that injection turns on. */
export function injectionTemplate(pod: unknown): InjectionTemplate {
  return {
    labels: textMembers(field(pod, 'metadata', 'labels')),
    annotations: textMembers(field(pod, 'metadata', 'annotations')),
    hostNetwork: field(pod, 'spec', 'hostNetwork') === true,
  };
}

/** The members of an object that are text, such as labels. */
export function textMembers(value: unknown): Record<string, string> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Namespaces whose pods the injector passes by, whatever their labels say. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);

/** Values by which a pod asks for injection, in any case (the booleans of YAML 1.1). */
const YES: ReadonlySet<string> = new Set(['y', 'yes', 'true', 'on']);

/**
 * Why the injector leaves alone a pod for which it was called; `undefined` when it injects. The label beats the
 * annotation; then neverInjectSelector, alwaysInjectSelector and the policy decide, in this order.
 */
export function injectorRefusal(
  template: InjectionTemplate,
  namespace: string,
  { policy, never, always }: InjectorPolicy,
): InjectionRule | undefined {
  if (template.hostNetwork) return { kind: 'host-network' };
  if (SYSTEM_NAMESPACES.has(namespace)) return { kind: 'system-namespace' };
  if (policy !== 'enabled' && policy !== 'disabled') return { kind: 'policy', policy };
  const label = template.labels[INJECT_LABEL];
  const value = label ?? template.annotations[INJECT_LABEL] ?? '';
  if (YES.has(value.toLowerCase())) return undefined;
  if (value !== '') return { kind: 'inject-value', on: label === undefined ? 'annotation' : 'label', value };
  const refusing = never.find((selector) => matchesSelector(selector, template.labels));
  if (refusing !== undefined) return { kind: 'never-selector', selector: refusing };
  if (policy === 'enabled' || always.some((selector) => matchesSelector(selector, template.labels)))
    return undefined;
  return { kind: 'policy', policy };
}
