import type { KubeObject } from '../kube/object.ts';
import type { Finding } from './finding.ts';

/** Annotation with the codes that are not reported on a resource: `IST0101,IST0107`, or `*`. */
const ANNOTATION = 'galley.istio.io/analyze-suppress';

/** A code that is not reported on resources of a pattern: `IST0101=Deployment shop.cart-*`. */
export interface Suppression {
  readonly code: string;
  readonly pattern: string;
}

/** Reads `CODE=RESOURCE`; `undefined` when it is not of that form. */
export function parseSuppression(text: string): Suppression | undefined {
  const [code, pattern, ...more] = text.split('=');
  if (!code || !pattern || more.length > 0) return undefined;
  return { code: code.trim(), pattern: pattern.trim() };
}

/**
 * Whether a suppression is for a finding: the code is the same, and the resource is one of the pattern, written
 * `Kind namespace/name` or `Kind name.namespace`, with `*` for any text.
 */
export function suppresses({ code, pattern }: Suppression, finding: Finding): boolean {
  if (code !== finding.code) return false;
  const { resource } = finding;
  if (resource === undefined) return pattern === '*';
  const { kind, namespace, name } = resource;
  const names =
    namespace === undefined
      ? [`${kind} ${name}`]
      : [`${kind} ${namespace}/${name}`, `${kind} ${name}.${namespace}`];
  return names.some((text) => matchesGlob(pattern, text));
}

/** Whether the resource of a finding says itself that the code is not to be reported. */
export function suppressedByAnnotation(object: KubeObject | undefined, code: string): boolean {
  const codes = (object?.metadata.annotations?.[ANNOTATION] ?? '').split(',').map((word) => word.trim());
  return codes.includes(code) || codes.includes('*');
}

/** Whether a text is of a pattern in which `*` stands for any run of characters. Linear in both. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
