import { resourceRef, resourceText } from '../../analysis/finding.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type Certificate, type ParsedCertificate, parseCertificates } from '../../security/certificate.ts';
import { asObject, asObjects, asString, field } from '../../util/json.ts';
import { ROOT_CONFIG_MAP } from '../root-config-maps.ts';
import type { FoundCertificates, HeldCertificate } from './certificates.ts';

/** A text of an object that should hold certificates. */
interface CertificateText {
  readonly where: string;
  readonly text: string;
  /** What the first one is; those behind it are `intermediate`, behind a root further roots. */
  readonly role: HeldCertificate['role'];
  /** Anything may stand under this name: only what is a certificate counts. */
  readonly mayBeOther?: boolean;
}

/** Names under which Secrets hold certificates: those of Kubernetes, of istiod's own CA, and of gateways. */
const SECRET_FIELDS: Readonly<Record<string, HeldCertificate['role']>> = {
  'tls.crt': 'server',
  cert: 'server',
  'ca.crt': 'root',
  cacert: 'root',
  'ca-cert.pem': 'intermediate',
  'cert-chain.pem': 'intermediate',
  'root-cert.pem': 'root',
};
const TLS_TYPES: ReadonlySet<unknown> = new Set(['kubernetes.io/tls', 'istio.io/ca-root']);
/** They hold the root of the API server. */
const TOKEN_TYPE = 'kubernetes.io/service-account-token';

/**
 * Certificates in Kubernetes objects: the mesh root in ConfigMaps, TLS Secrets and those of authorities, the authority
 * that Istio's webhooks are verified with. Private keys are never looked at.
 */
export function objectCertificates(objects: readonly KubeObject[]): FoundCertificates {
  const held: HeldCertificate[] = [];
  const unread: { who: string; why: string }[] = [];
  // The same root stands in every namespace.
  const parsed = new Map<string, readonly ParsedCertificate[]>();
  for (const object of objects) {
    const holder = resourceText(resourceRef(object));
    for (const { where, text, role, mayBeOther } of textsOf(object)) {
      const found = parsed.get(text) ?? parseCertificates(text);
      parsed.set(text, found);
      const certificates = found.flatMap((one) => (one.ok ? [one.certificate] : []));
      certificates.forEach((one, index) => {
        held.push(heldCertificate(one, index === 0 || role === 'root' ? role : 'intermediate', holder));
      });
      const bad = found.find((one) => !one.ok);
      if (bad?.ok === false && mayBeOther !== true)
        unread.push({ who: holder, why: `${where}: ${bad.reason}` });
    }
  }
  return { held, unread };
}

function textsOf(object: KubeObject): readonly CertificateText[] {
  switch (object.kind) {
    case 'ConfigMap': {
      if (object.metadata.name !== ROOT_CONFIG_MAP) return [];
      const text = asString(field(object, 'data', 'root-cert.pem')) ?? '';
      return [{ where: 'root-cert.pem', text, role: 'root' }];
    }
    case 'Secret':
      return secretTexts(object);
    case 'MutatingWebhookConfiguration':
    case 'ValidatingWebhookConfiguration':
      return isOfIstio(object) ? bundles(object) : [];
    default:
      return [];
  }
}

function secretTexts(secret: KubeObject): readonly CertificateText[] {
  const type = field(secret, 'type');
  if (type === TOKEN_TYPE) return [];
  return Object.entries(asObject(field(secret, 'data')) ?? {}).flatMap(([where, value]) => {
    const text = asString(value) ?? '';
    const role = Object.hasOwn(SECRET_FIELDS, where) ? SECRET_FIELDS[where] : undefined;
    return role === undefined || text === '' ? [] : [{ where, text, role, mayBeOther: !TLS_TYPES.has(type) }];
  });
}

function isOfIstio({ metadata }: KubeObject): boolean {
  return metadata.name.includes('istio') || metadata.labels?.['istio.io/rev'] !== undefined;
}

function bundles(configuration: KubeObject): readonly CertificateText[] {
  const texts = asObjects(field(configuration, 'webhooks')).flatMap(
    (webhook) => asString(field(webhook, 'clientConfig', 'caBundle')) || [],
  );
  return [...new Set(texts)].map((text) => ({ where: 'caBundle', text, role: 'root' }));
}

function heldCertificate(
  certificate: Certificate,
  role: HeldCertificate['role'],
  holder: string,
): HeldCertificate {
  const isSelfSigned = certificate.subject !== '' && certificate.subject === certificate.issuer;
  return {
    role: role === 'intermediate' && isSelfSigned ? 'root' : role,
    name:
      certificate.spiffeIds.at(-1) ?? (certificate.subject || certificate.dnsNames.join(', ').slice(0, 200)),
    serial: certificate.serial,
    begins: certificate.notBefore.getTime(),
    ends: certificate.notAfter.getTime(),
    holder,
  };
}
