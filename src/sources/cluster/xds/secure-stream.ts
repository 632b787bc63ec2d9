import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
import { CallFailure, toCallFailure } from '../call-failure.ts';
import { abortFailure, idleFailure } from '../http-exchange.ts';

/** What the other side of a TLS connection must prove, and what we prove ourselves. */
export interface TlsSetup {
  /** PEM of the authorities that may have signed its certificate. */
  readonly ca: readonly string[];
  /** Its certificate must be for one of these names; the first is the one that is asked for (SNI). */
  readonly names: readonly string[];
  /** Our own certificate and key in PEM. */
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
  /** False: whoever answers is talked to. Then nothing secret may be sent. */
  readonly verify: boolean;
}

/**
 * TLS with HTTP/2 over a stream that is open. Throws `CallFailure` when the handshake fails, the certificate does not
 * verify, or nothing comes for too long; the stream is closed then.
 */
export function secureStream(
  raw: Duplex,
  setup: TlsSetup,
  limits: { readonly idleMs: number; readonly signal: AbortSignal },
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const { signal, idleMs } = limits;
    const [name] = setup.names;
    const options: ConnectionOptions = {
      socket: raw as Socket,
      ca: [...setup.ca],
      ALPNProtocols: ['h2'],
      minVersion: 'TLSv1.2',
      rejectUnauthorized: setup.verify,
      checkServerIdentity: (_host, certificate) => wrongName(setup.names, certificate),
      ...(name === undefined || isIP(name) !== 0 ? {} : { servername: name }),
      ...setup.client,
    };
    const secured = connect(options);
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (cause: unknown): void => {
      finish();
      reject(plainWords(toCallFailure(cause), cause));
      secured.destroy();
      raw.destroy();
    };
    const onAbort = (): void => fail(abortFailure(signal));
    const timer = setTimeout(() => fail(idleFailure(idleMs)), idleMs);
    signal.addEventListener('abort', onAbort, { once: true });
    // Stays for good: whoever takes the stream adds a listener of its own.
    secured.on('error', fail);
    raw.on('error', fail);
    secured.once('secureConnect', () => {
      finish();
      resolve(secured);
    });
    secured.once('close', () => raw.destroy());
    if (signal.aborted) onAbort();
  });
}

function wrongName(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  if (names.some((name) => checkServerIdentity(name, certificate) === undefined)) return undefined;
  const error = new Error(
    `its certificate is for ${certificate.subjectaltname ?? 'no name'}, not for ${names[0]}`,
  );
  return Object.assign(error, { code: 'WRONG_ISTIOD' });
}

/** Failures of the handshake in the words of a mesh: the authority is istiod's own, not the API server's. */
function plainWords(failure: CallFailure, cause: unknown): CallFailure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'WRONG_ISTIOD') {
    return new CallFailure('Unreachable', failure.message, {
      next: 'the token is not sent to it; --authority names another certificate that is to be accepted',
    });
  }
  if (/^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code)) {
    return new CallFailure('Unreachable', "istiod's certificate is not signed by the root of the mesh", {
      next: 'the token is not sent to it; compare ConfigMap istio-ca-root-cert with what istiod serves',
    });
  }
  if (code === 'CERT_HAS_EXPIRED') return new CallFailure('Unreachable', "istiod's certificate has expired");
  if (/^(ERR_SSL|EPROTO)/.test(code))
    return new CallFailure('Unreachable', `no TLS is spoken there (${code})`);
  return failure;
}
