import type { UpstreamTls } from '../envoy/cluster.ts';
import type { OwnerObject } from '../envoy/owner.ts';
import { ownerText } from '../envoy/owner.ts';
import type { ServerStance } from './server-stance.ts';

/** Whether a connection suits its server: `problem` when it certainly fails, `doubt` when that can't be told. */
export interface TlsFit {
  readonly problem?: string;
  readonly doubt?: string;
}

/** What a client does towards one endpoint. */
export interface ClientSide {
  readonly tls: UpstreamTls;
  readonly owner: OwnerObject | undefined;
  /** What EDS says of the endpoint: it speaks Istio's mTLS. `undefined` when EDS isn't at hand. */
  readonly speaksIstio: boolean | undefined;
}

/** Compares what a client sends with what the server accepts. Source: spec of authorization §7. */
export function tlsFit(client: ClientSide, server: ServerStance | undefined): TlsFit {
  const sends = client.tls === 'auto mTLS' ? (client.speaksIstio ? 'mTLS' : 'plaintext') : client.tls;
  if (sends === 'mTLS') return mutualFit(client, server);
  if (sends === 'plaintext') return plainFit(client, server);
  return {};
}

function mutualFit(client: ClientSide, server: ServerStance | undefined): TlsFit {
  const forced = client.owner ? ` (${ownerText(client.owner)} forces mTLS)` : '';
  if (server?.kind === 'no-proxy') {
    return { problem: `${server.pod} has no sidecar and speaks no mTLS${forced}: 503 (UF)` };
  }
  if (server?.mtls?.mode === 'DISABLE') {
    return { problem: `${server.pod} takes plain text only${byText(server.mtls)}${forced}: 503 (UF)` };
  }
  if (server === undefined && client.tls === 'mTLS' && client.speaksIstio === false) {
    return {
      doubt: `istiod does not know it to speak mTLS${forced}: without a sidecar there it gets 503 (UF)`,
    };
  }
  return {};
}

function plainFit(client: ClientSide, server: ServerStance | undefined): TlsFit {
  const off = client.owner?.kind === 'DestinationRule' && client.tls === 'plaintext';
  const why = off && client.owner ? `, and ${ownerText(client.owner)} turns mTLS off` : '';
  if (server?.kind === 'no-proxy') return {};
  if (server?.mtls !== undefined) {
    if (server.mtls.mode !== 'STRICT') return {};
    return {
      problem: `${server.pod} accepts only mTLS${byText(server.mtls)}${why || ', and gets plain text'}: 503 (UC)`,
    };
  }
  if (!off) return {};
  return {
    doubt: `it gets plain text${why}: a server that accepts only mTLS closes the connection, 503 (UC)`,
  };
}

function byText({ mode, by }: { readonly mode: string; readonly by: string | undefined }): string {
  return by === undefined ? '' : ` (PeerAuthentication ${by}, ${mode})`;
}
