import { asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';
import { type EnvoySecret, isEmptySecret } from './secrets.ts';

const TLS_CONTEXT = '/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';

/** The secrets (certificates and roots) that a filter chain's TLS socket asks for over SDS, by name. */
export function chainSecretNames(chain: JsonObject): string[] {
  const config = asObject(field(chain, 'transport_socket', 'typed_config'));
  if (config === undefined || !asString(config['@type'])?.endsWith(TLS_CONTEXT)) return [];
  const context = asObject(config['common_tls_context']) ?? {};
  const roots = [
    asObject(context['validation_context_sds_secret_config']),
    asObject(field(context, 'combined_validation_context', 'validation_context_sds_secret_config')),
  ];
  const named = [...asObjects(context['tls_certificate_sds_secret_configs']), ...roots];
  return named.flatMap((one) => asString(one?.['name']) ?? []);
}

/**
 * The first secret that a chain asks for and that Envoy waits for without any data: TLS handshakes fail on the chain.
 * `undefined` when it has all of them, or the dump does not tell.
 */
export function undeliveredSecret(chain: JsonObject, secrets: readonly EnvoySecret[]): string | undefined {
  return chainSecretNames(chain).find((name) => {
    const known = secrets.filter((secret) => secret.name === name);
    return known.length > 0 && known.every((secret) => secret.state === 'warming' && isEmptySecret(secret));
  });
}
