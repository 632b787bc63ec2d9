import type { KubeObject } from '../kube/object.ts';
import { type Certificate, parseCertificates, validityAt } from '../security/certificate.ts';
import { asString, field } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/** ConfigMaps, or why they are not at hand. Of a partial list nothing can be called missing. */
export type ConfigMapsInput =
  | { readonly ok: true; readonly value: readonly KubeObject[]; readonly isPartial?: boolean }
  | { readonly ok: false; readonly reason: string };

/** A root set of the mesh, as far as ConfigMaps are compared with it; the largest comes first. */
export interface RootSet {
  readonly id: string;
  readonly roots: readonly Certificate[];
}

/**
 * How a namespace's ConfigMap stands to the roots of the mesh. `partly`: it shares a root and holds another that no
 * proxy trusts (a rotation under way, or one left half-done).
 */
export type ConfigMapState = 'missing' | 'differs' | 'partly' | 'expired' | 'not-yet-valid' | 'unreadable';

/** One namespace whose ConfigMap is not simply as the proxies' roots. */
export interface ConfigMapFinding {
  readonly namespace: string;
  readonly state: ConfigMapState;
  readonly detail: string;
}

/** What the `istio-ca-root-cert` ConfigMaps say; `checked` is false when they (or any proxy's roots) are not at hand. */
export interface RootConfigMaps {
  readonly checked: boolean;
  readonly reason: string | undefined;
  readonly agreeing: number;
  readonly findings: readonly ConfigMapFinding[];
}

/** Name of the ConfigMap that istiod writes into every namespace; agents verify istiod with it. */
export const ROOT_CONFIG_MAP = 'istio-ca-root-cert';
const KEY = 'root-cert.pem';

/**
 * The `istio-ca-root-cert` ConfigMaps against the roots that the proxies trust. A ConfigMap with fewer roots than
 * the proxies agrees (istiod writes its own CA only); it is missing only where a proxy lives.
 */
export function checkRootConfigMaps(
  configMaps: ConfigMapsInput,
  groups: readonly RootSet[],
  proxyNamespaces: readonly string[],
  now: Date,
): RootConfigMaps {
  if (!configMaps.ok) return { checked: false, reason: configMaps.reason, agreeing: 0, findings: [] };
  if (groups.length === 0) {
    return { checked: false, reason: "no proxy's roots could be read", agreeing: 0, findings: [] };
  }
  const named = configMaps.value.filter((object) => object.metadata.name === ROOT_CONFIG_MAP);
  const findings = named.flatMap((object) => checkOne(object, groups, now) ?? []);
  const present = new Set(named.map((object) => object.metadata.namespace));
  for (const namespace of configMaps.isPartial ? [] : new Set(proxyNamespaces)) {
    if (present.has(namespace)) continue;
    const detail = "new proxies there can't verify istiod";
    findings.push({ namespace, state: 'missing', detail });
  }
  findings.sort((a, b) => compareText(a.namespace, b.namespace));
  return {
    checked: true,
    reason: undefined,
    agreeing: named.length - findings.filter(isPresent).length,
    findings,
  };
}

function isPresent({ state }: ConfigMapFinding): boolean {
  return state !== 'missing';
}

function checkOne(object: KubeObject, groups: readonly RootSet[], now: Date): ConfigMapFinding | undefined {
  const namespace = object.metadata.namespace ?? '';
  const pem = asString(field(object, 'data', KEY));
  if (pem === undefined) return { namespace, state: 'unreadable', detail: `it has no text under ${KEY}` };
  const certificates: Certificate[] = [];
  for (const parsed of parseCertificates(pem)) {
    if (!parsed.ok) return { namespace, state: 'unreadable', detail: `${KEY}: ${parsed.reason}` };
    certificates.push(parsed.certificate);
  }
  return compareRoots(namespace, certificates, groups, now);
}

function compareRoots(
  namespace: string,
  certificates: readonly Certificate[],
  groups: readonly RootSet[],
  now: Date,
): ConfigMapFinding | undefined {
  const trustedBy = (certificate: Certificate) =>
    groups.filter(({ roots }) => roots.some(({ fingerprint }) => fingerprint === certificate.fingerprint));
  const shared = certificates.filter((certificate) => trustedBy(certificate).includes(groups[0] as RootSet));
  if (shared.length === 0) {
    const others = [...new Set(certificates.flatMap(trustedBy).map(({ id }) => id))];
    const who =
      others.length === 0 ? 'no proxy trusts' : `only proxies of root set ${others.join(', ')} trust`;
    return { namespace, state: 'differs', detail: `${who} its root ${names(certificates)}` };
  }
  if (shared.every((root) => validityAt(root, now) === 'expired')) {
    return { namespace, state: 'expired', detail: `root ${names(shared)}` };
  }
  if (shared.every((root) => validityAt(root, now) !== 'valid')) {
    return { namespace, state: 'not-yet-valid', detail: `root ${names(shared)}` };
  }
  const strangers = certificates.filter((certificate) => trustedBy(certificate).length === 0);
  if (strangers.length === 0) return undefined;
  return { namespace, state: 'partly', detail: `no proxy trusts ${names(strangers)}` };
}

function names(certificates: readonly Certificate[]): string {
  return certificates.map(({ subject, fingerprint }) => `${subject} (${fingerprint.slice(0, 8)})`).join(', ');
}
