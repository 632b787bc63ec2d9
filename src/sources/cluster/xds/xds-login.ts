import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asString, field } from '../../../util/json.ts';
import type { ApiServer } from '../api-server.ts';
import { CallFailure, toCallFailure } from '../call-failure.ts';
import { pathSegment } from '../kube-name.ts';
import type { XdsIdentity } from './discovery.ts';

/** Certificate, key and root of a folder named by `--cert-dir`. */
export interface CertificateFolder {
  readonly root: string;
  readonly client: { readonly cert: string; readonly key: string };
  readonly identity: XdsIdentity | undefined;
}

/** Service account whose token istiod is shown; its namespace is that of the control plane. */
const ACCOUNT = 'default';
const TOKEN_SECONDS = 3600;
/** A token with less life left than this is replaced. */
const LEAST_LIFE_MS = 60_000;

/** What istiod is shown and what it is verified against, asked of the API server once and only when needed. */
export class XdsLogin {
  readonly #api: ApiServer;
  readonly #namespace: string;
  #root: Promise<string> | undefined;
  #token: Promise<{ readonly text: string; readonly ends: number }> | undefined;

  constructor(api: ApiServer, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  /** As whom the token speaks. */
  get identity(): XdsIdentity {
    return { namespace: this.#namespace, serviceAccount: ACCOUNT };
  }

  /** The root of the mesh in PEM, from ConfigMap `istio-ca-root-cert`. Throws `CallFailure`. */
  meshRoot(): Promise<string> {
    this.#root ??= this.#readRoot().catch((cause: unknown) => {
      this.#root = undefined;
      throw cause;
    });
    return this.#root;
  }

  /** A bearer token for istiod, made by a TokenRequest. Throws `CallFailure`. */
  async token(): Promise<string> {
    const known = await this.#token;
    if (known !== undefined && known.ends - Date.now() > LEAST_LIFE_MS) return known.text;
    this.#token = this.#requestToken().catch((cause: unknown) => {
      this.#token = undefined;
      throw cause;
    });
    return (await this.#token).text;
  }

  async #readRoot(): Promise<string> {
    const path = `/api/v1/namespaces/${pathSegment(this.#namespace)}/configmaps/istio-ca-root-cert`;
    try {
      const root = asString(field(await this.#api.getJson(path), 'data', 'root-cert.pem'));
      if (root?.includes('BEGIN CERTIFICATE')) return root;
      throw new CallFailure('NotFound', 'ConfigMap istio-ca-root-cert holds no certificate');
    } catch (cause) {
      const { code, message } = toCallFailure(cause);
      throw new CallFailure(code, `istiod can't be verified without the root of the mesh: ${message}`, {
        next: `ask for a Role in ${this.#namespace} with the verb get on configmaps, or give --cert-dir`,
      });
    }
  }

  async #requestToken(): Promise<{ text: string; ends: number }> {
    const path = `/api/v1/namespaces/${pathSegment(this.#namespace)}/serviceaccounts/${ACCOUNT}/token`;
    const spec = { audiences: ['istio-ca'], expirationSeconds: TOKEN_SECONDS };
    try {
      const answer = await this.#api.postJson(path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec,
      });
      const text = asString(field(answer, 'status', 'token'));
      if (text === undefined || text === '') throw new CallFailure('Corrupt', 'the API server gave no token');
      const ends = Date.parse(asString(field(answer, 'status', 'expirationTimestamp')) ?? '');
      return { text, ends: Number.isNaN(ends) ? Date.now() + TOKEN_SECONDS * 1000 : ends };
    } catch (cause) {
      const { code, message } = toCallFailure(cause);
      throw new CallFailure(code, `istiod asks for a token over xDS, which can't be had: ${message}`, {
        next: `ask for a Role in ${this.#namespace} with the verb create on serviceaccounts/token, or give --cert-dir`,
      });
    }
  }
}

/** Reads `root-cert.pem`, `cert-chain.pem` and `key.pem` of a folder. Throws `CallFailure` for what is not there. */
export async function readCertificateFolder(folder: string): Promise<CertificateFolder> {
  const [root, cert, key] = await Promise.all(
    ['root-cert.pem', 'cert-chain.pem', 'key.pem'].map(async (file) => {
      try {
        return await readFile(join(folder, file), 'utf8');
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
        throw new CallFailure('NotFound', `--cert-dir: ${file} can't be read (${code})`, {
          next: 'the folder needs root-cert.pem, cert-chain.pem and key.pem',
        });
      }
    }),
  );
  return { root: root ?? '', client: { cert: cert ?? '', key: key ?? '' }, identity: identityOf(cert ?? '') };
}

/** Namespace and service account of a certificate's SPIFFE ID; istiod wants the node to say the same. */
export function identityOf(certificate: string): XdsIdentity | undefined {
  let names: string;
  try {
    names = new X509Certificate(certificate).subjectAltName ?? '';
  } catch {
    throw new CallFailure('Corrupt', '--cert-dir: cert-chain.pem holds no certificate');
  }
  const [, namespace, serviceAccount] = /URI:spiffe:\/\/[^,/]+\/ns\/([^,/]+)\/sa\/([^,/]+)/.exec(names) ?? [];
  return namespace === undefined || serviceAccount === undefined ? undefined : { namespace, serviceAccount };
}
