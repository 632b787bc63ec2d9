import type { KubeObject } from '../kube/object.ts';
import type { Finding } from './finding.ts';
import { type MessageDefinition, renderMessage } from './message.ts';
import { RUN_MESSAGES } from './messages.ts';

/** Annotation with the codes that are not reported on a resource: `IST0101,IST0107`, or `*`. */
const ANNOTATION = 'galley.istio.io/analyze-suppress';

/** A code that is not reported on resources of a pattern: `IST0101=Deployment shop.cart-*`. */
export interface Suppression {
  readonly code: string;
  readonly pattern: string;
  /** Why, and the last day (`2027-03-31`) that it holds: those of a file say both. */
  readonly reason?: string | undefined;
  readonly expires?: string | undefined;
  /** Where it is written, if in a file. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number } | undefined;
}

/** Whether the last day of a suppression is over, in UTC. */
export function isExpired({ expires }: Suppression, now: Date): boolean {
  return expires !== undefined && now.toISOString().slice(0, 10) > expires;
}

/** Says of suppressions that are written in a file that they expired, or that they hide nothing. */
export function suppressionFindings(
  expired: readonly Suppression[],
  unused: readonly Suppression[],
): readonly Finding[] {
  return [...expired.map((one) => about(one, 'MSH0091')), ...unused.map((one) => about(one, 'MSH0092'))];
}

function about({ code: hidden, pattern, expires, place }: Suppression, code: 'MSH0091' | 'MSH0092'): Finding {
  const definition: MessageDefinition = RUN_MESSAGES[code];
  const { level, why, fix } = definition;
  return {
    code,
    level,
    message: renderMessage(definition, { code: hidden, resource: pattern, date: expires ?? '' }),
    why,
    fix,
    location: place,
    related: [],
    evidence: [],
    confidence: 'certain',
    docs: `meshscope explain ${code}`,
  };
}

/** Reads `CODE=RESOURCE`; `undefined` when it is not of that form. */
export function parseSuppression(text: string): Suppression | undefined {
  const [code, pattern, ...more] = text.split('=');
  if (!code || !pattern || more.length > 0) return undefined;
  return { code: code.trim(), pattern: pattern.trim() };
}

/**
 * Whether a suppression is for a finding: the code is the same, and the resource is one of the pattern, written
 * `Kind namespace/name` or `Kind name.namespace`, with `*` for any text; of a finding about no resource, its file.
 */
export function suppresses({ code, pattern }: Suppression, finding: Finding): boolean {
  if (code !== finding.code) return false;
  const { resource } = finding;
  // What is about no resource is known by its file.
  if (resource === undefined) return matchesGlob(pattern, finding.location?.file ?? '');
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
