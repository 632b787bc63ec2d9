import { kubeScalar } from './kube-scalar.ts';

/** What a scalar can be in JSON. */
export type Scalar = string | number | boolean | null;

/** The value of a scalar by its style and tag: tags other than those of YAML itself say nothing to Kubernetes. */
export function scalarValue(text: string, isPlain: boolean, tag: string): Scalar {
  if (tag === '') return isPlain ? kubeScalar(text) : text;
  return tag === '!!int' || tag === '!!float' || tag === '!!bool' || tag === '!!null'
    ? kubeScalar(text)
    : text;
}

/** Sets an own member, also where the name would mean something else to JavaScript. */
export function setMember(container: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') container[key] = value;
  else Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}
