import type { ClientTlsSetting } from '../mesh/destination-rule.ts';
import type { ServerMtls } from './server-mtls.ts';

/** What stands behind a port of a pod. `unknown`: PeerAuthentications could not be read. */
export type ServerSide =
  | { readonly kind: 'sidecar'; readonly mtls: ServerMtls }
  | { readonly kind: 'ztunnel'; readonly mtls: ServerMtls }
  /** `excluded`: the pod has a sidecar, which does not take this port. */
  | { readonly kind: 'no-proxy'; readonly excluded?: true }
  | { readonly kind: 'unknown' };

/** What a client with a sidecar gets. `fails` names the response flags that its access log shows. */
export type MtlsOutcome =
  | { readonly kind: 'mTLS' | 'plain text' | 'TLS to the application' | 'unknown' }
  | {
      readonly kind: 'fails';
      readonly why: 'plain-to-strict' | 'mtls-to-plain' | 'tls-to-strict';
      readonly symptom: string;
    };

/**
 * What becomes of a call from a client with a sidecar: what its DestinationRule (or automatic mTLS, where it is on)
 * sends, against what the server takes. Source: spec of authorization §7.
 */
export function mtlsOutcome(
  client: ClientTlsSetting | undefined,
  server: ServerSide,
  isAutomatic = true,
): MtlsOutcome {
  const mode = client?.mode ?? (isAutomatic || server.kind === 'ztunnel' ? undefined : 'DISABLE');
  if (server.kind === 'unknown') return mode === 'DISABLE' ? { kind: 'unknown' } : automatic(mode);
  if (mode === 'SIMPLE' || mode === 'MUTUAL') return ownTls(server);
  if (server.kind === 'no-proxy') {
    return mode === 'ISTIO_MUTUAL'
      ? mutualToPlain('TLS_error: WRONG_VERSION_NUMBER')
      : { kind: 'plain text' };
  }
  // A ztunnel takes the client's tunnel whatever a rule says; plain text past it is refused when it must be mTLS.
  if (server.kind === 'ztunnel') return mode === 'DISABLE' ? plainTo(server.mtls) : { kind: 'mTLS' };
  if (mode === 'DISABLE') return plainTo(server.mtls);
  if (server.mtls.mode !== 'DISABLE') return { kind: 'mTLS' };
  return mode === 'ISTIO_MUTUAL' ? mutualToPlain('connection reset') : { kind: 'plain text' };
}

function automatic(mode: ClientTlsSetting['mode'] | undefined): MtlsOutcome {
  return mode === 'ISTIO_MUTUAL' ? { kind: 'mTLS' } : { kind: 'unknown' };
}

function plainTo({ mode }: ServerMtls): MtlsOutcome {
  if (mode !== 'STRICT') return { kind: 'plain text' };
  return { kind: 'fails', why: 'plain-to-strict', symptom: '503 UC, connection termination' };
}

function mutualToPlain(detail: string): MtlsOutcome {
  return { kind: 'fails', why: 'mtls-to-plain', symptom: `503 UF, ${detail}` };
}

/** TLS of a rule's own carries no certificate of the mesh. */
function ownTls(server: ServerSide): MtlsOutcome {
  if (server.kind === 'sidecar' && server.mtls.mode === 'STRICT') {
    return { kind: 'fails', why: 'tls-to-strict', symptom: '503 UF or UC' };
  }
  return { kind: 'TLS to the application' };
}
