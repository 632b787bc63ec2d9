import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdminClient } from '../admin-client.ts';
import { createAuthority } from '../certificates.ts';
import type { AdsLogin } from './ads-server.ts';

/** The root of the test's mesh: what istiod serves and accepts, and the folder of a client certificate of it. */
export interface MeshRoot {
  readonly login: AdsLogin;
  /** For `--cert-dir`: the certificate of istio-system/istio-reader-service-account. */
  readonly certDir: string;
}

/** Names under which istiod is reached: from a pod, as an external control plane, and by its address. */
const ISTIOD_NAMES = ['DNS:istiod.istio-system.svc', 'DNS:istiod.external.svc'];

/** Makes the root, puts it where the mesh keeps it (ConfigMap `istio-ca-root-cert`), and checks tokens by TokenReview. */
export async function createMeshRoot(admin: AdminClient, parent: string): Promise<MeshRoot> {
  const folder = join(parent, 'mesh-root');
  const certDir = join(folder, 'client');
  mkdirSync(certDir, { recursive: true });
  const root = createAuthority(folder);
  const istiod = root.issue('istiod', '/O=istiod', ISTIOD_NAMES);
  const account = 'spiffe://cluster.local/ns/istio-system/sa/istio-reader-service-account';
  const client = root.issue('reader', '/O=reader', [`URI:${account}`]);
  copyFileSync(root.certificate, join(certDir, 'root-cert.pem'));
  copyFileSync(client.certificate, join(certDir, 'cert-chain.pem'));
  copyFileSync(client.key, join(certDir, 'key.pem'));
  const pem = readFileSync(root.certificate);
  const path = '/api/v1/namespaces/istio-system/configmaps/istio-ca-root-cert';
  await admin.merge(path, { data: { 'root-cert.pem': pem.toString('utf8') } });
  const tls = { ca: pem, cert: readFileSync(istiod.certificate), key: readFileSync(istiod.key) };
  return { certDir, login: { tls, identityOf: (token) => reviewToken(admin, token) } };
}

/** `namespace/account` of a token, if the API server made it for the audience that istiod asks for. */
async function reviewToken(admin: AdminClient, token: string): Promise<string | undefined> {
  if (token === '') return undefined;
  const { text } = await admin.send('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token, audiences: ['istio-ca'] },
  });
  const { status } = JSON.parse(text);
  const [, namespace, account] =
    /^system:serviceaccount:([^:]+):([^:]+)$/.exec(status?.user?.username ?? '') ?? [];
  const meant = status?.authenticated === true && status.audiences?.includes('istio-ca');
  return meant && namespace !== undefined ? `${namespace}/${account}` : undefined;
}
