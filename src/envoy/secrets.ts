import { asArray, asObject, asString, field } from '../util/json.ts';

/** Whether Envoy uses the secret (`active`), still waits for it (`warming`), or had it in its bootstrap (`static`). */
export type SecretState = 'active' | 'warming' | 'static';

/** Where the PEM text of a secret comes from. Files and environment variables are on the pod, not in the dump. */
export type SecretData =
  | { readonly kind: 'inline'; readonly field: 'inline_bytes' | 'inline_string'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string };

/** The roots that a SPIFFE validator accepts for the members of one trust domain. */
export interface SpiffeBundle {
  readonly trustDomain: string;
  readonly data: SecretData | undefined;
}

/** One secret of a `SecretsConfigDump`. Private keys, tickets and generic secrets are never read. */
export interface EnvoySecret {
  readonly name: string;
  readonly state: SecretState;
  /** `uninitialized` is Envoy's word for a secret that was asked for but never sent. */
  readonly version: string | undefined;
  readonly lastUpdated: string | undefined;
  /** Why Envoy refused the last version, if it did. */
  readonly error: string | undefined;
  /** The chain that the proxy presents, leaf first. */
  readonly certificateChain: SecretData | undefined;
  /** The certificates that the proxy trusts. */
  readonly trustedCa: SecretData | undefined;
  /** Roots by trust domain, when a SPIFFE validator stands in the place of `trustedCa`. */
  readonly spiffeBundles: readonly SpiffeBundle[];
  /** What it holds instead of certificates: a value for some filter, or keys that encrypt TLS session tickets. */
  readonly other?: 'generic secret' | 'ticket keys' | undefined;
}

const SPIFFE_VALIDATOR = 'envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig';

/**
 * The secrets of a `SecretsConfigDump` section: warming ones first, then active, then static, each in Envoy's order.
 * A section of another type than expected gives an empty list.
 */
export function secretsOf(section: unknown): EnvoySecret[] {
  const read = (name: string, state: SecretState) =>
    asArray(field(section, name)).map((entry) => toSecret(entry, state));
  return [
    ...read('dynamic_warming_secrets', 'warming'),
    ...read('dynamic_active_secrets', 'active'),
    ...read('static_secrets', 'static'),
  ];
}

/** The secret of that name that Envoy uses: active before static. Warming ones are not in use. */
export function secretInUse(secrets: readonly EnvoySecret[], name: string): EnvoySecret | undefined {
  const named = secrets.filter((secret) => secret.name === name);
  return named.find(({ state }) => state === 'active') ?? named.find(({ state }) => state === 'static');
}

/** Whether Envoy asked for the secret and holds nothing: no chain, no trusted certificates, nothing else. */
export function isEmptySecret(secret: EnvoySecret): boolean {
  return (
    secret.certificateChain === undefined &&
    secret.trustedCa === undefined &&
    secret.spiffeBundles.length === 0 &&
    secret.other === undefined
  );
}

function toSecret(entry: unknown, state: SecretState): EnvoySecret {
  const secret = field(entry, 'secret');
  const context =
    asObject(field(secret, 'validation_context')) ??
    asObject(field(secret, 'combined_validation_context', 'default_validation_context'));
  return {
    name: asString(field(entry, 'name')) ?? asString(field(secret, 'name')) ?? '',
    state,
    version: asString(field(entry, 'version_info')),
    lastUpdated: asString(field(entry, 'last_updated')),
    error: asString(field(entry, 'error_state', 'details')),
    certificateChain: secretData(field(secret, 'tls_certificate', 'certificate_chain')),
    trustedCa: secretData(field(context, 'trusted_ca')),
    spiffeBundles: spiffeBundles(field(context, 'custom_validator_config', 'typed_config')),
    other: otherContent(secret),
  };
}

function otherContent(secret: unknown): EnvoySecret['other'] {
  if (asObject(field(secret, 'generic_secret')) !== undefined) return 'generic secret';
  return asObject(field(secret, 'session_ticket_keys')) === undefined ? undefined : 'ticket keys';
}

/** Envoy's `DataSource`: base64 bytes, plain text, a file or an environment variable. */
function secretData(source: unknown): SecretData | undefined {
  const bytes = asString(field(source, 'inline_bytes'));
  if (bytes !== undefined && bytes !== '') {
    return { kind: 'inline', field: 'inline_bytes', text: Buffer.from(bytes, 'base64').toString('latin1') };
  }
  const text = asString(field(source, 'inline_string'));
  if (text !== undefined && text !== '') return { kind: 'inline', field: 'inline_string', text };
  const path = asString(field(source, 'filename'));
  if (path !== undefined) return { kind: 'file', path };
  const variable = asString(field(source, 'environment_variable'));
  return variable === undefined ? undefined : { kind: 'environment', variable };
}

function spiffeBundles(config: unknown): SpiffeBundle[] {
  const type = asString(field(config, '@type')) ?? '';
  if (!type.endsWith(`/${SPIFFE_VALIDATOR}`)) return [];
  return asArray(field(config, 'trust_domains')).map((domain) => ({
    trustDomain: asString(field(domain, 'name')) ?? '',
    data: secretData(field(domain, 'trust_bundle')),
  }));
}
