import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient } from './admin-client.ts';
import { type Authority, createAuthority, writeKey } from './certificates.ts';
import { type Child, freePort, startChild, untilReady } from './child.ts';
import { TEST_USERS } from './users.ts';

/** A running Kubernetes control plane without controllers: etcd, the API server and kwok in the place of a kubelet. */
export interface ControlPlane {
  readonly kubeconfig: string;
  readonly admin: AdminClient;
  readonly kubeletPort: number;
  /** Every request that the API server answered, one JSON object a line. */
  readonly auditLog: string;
  stop(): Promise<void>;
}

/** Where the programs are. */
export interface ControlPlanePrograms {
  readonly etcd: string;
  readonly apiServer: string;
  readonly kwok: string;
}

/** Starts the control plane on loopback with its data, logs and certificates in `folder`. Throws when a part fails. */
export async function startControlPlane(
  programs: ControlPlanePrograms,
  folder: string,
): Promise<ControlPlane> {
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) await child.stop();
  };
  try {
    const authority = createAuthority(folder);
    const [etcdPort, etcdPeerPort, apiPort, kubeletPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    children.push(startEtcd(programs.etcd, folder, etcdPort, etcdPeerPort));
    const server = startApiServer(programs.apiServer, folder, authority, { etcdPort, apiPort });
    children.push(server.child);
    const client = authority.issue('admin', '/O=system:masters/CN=admin');
    const admin = new AdminClient(apiPort, {
      ca: readFileSync(authority.certificate),
      cert: readFileSync(client.certificate),
      key: readFileSync(client.key),
    });
    await untilReady(server.child, 60, async () => (await admin.text('/readyz')) === 'ok');
    const kubeconfig = writeKubeconfig(folder, authority, client, apiPort);
    children.push(startKwok(programs.kwok, folder, authority, kubeconfig, kubeletPort));
    return { kubeconfig, admin, kubeletPort, auditLog: server.auditLog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startEtcd(path: string, folder: string, port: number, peerPort: number): Child {
  const own = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const flags = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': own,
    'advertise-client-urls': own,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': 'true',
  };
  return startChild('etcd', path, flagList(flags), { logFile: join(folder, 'etcd.log') });
}

/** Admission that would call webhooks, or change or refuse the recorded objects. */
const NO_ADMISSION = [
  'ServiceAccount',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'Priority',
  'TaintNodesByCondition',
  'DefaultTolerationSeconds',
];

function startApiServer(
  path: string,
  folder: string,
  authority: Authority,
  ports: { readonly etcdPort: number; readonly apiPort: number },
): { readonly child: Child; readonly auditLog: string } {
  const serving = authority.issue('api-server', '/CN=kube-apiserver', ['IP:127.0.0.1', 'DNS:localhost']);
  const kubelet = authority.issue('kubelet-client', '/O=system:masters/CN=kubelet-client');
  const accountKey = writeKey(join(folder, 'service-accounts.key'));
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const auditLog = join(folder, 'audit.log');
  const tokens = TEST_USERS.map((user) => `${user.token},${user.name},${user.name}`).join('\n');
  const flags = {
    'etcd-servers': `http://127.0.0.1:${ports.etcdPort}`,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(ports.apiPort),
    'tls-cert-file': serving.certificate,
    'tls-private-key-file': serving.key,
    'client-ca-file': authority.certificate,
    'token-auth-file': writeText(folder, 'tokens.csv', `${tokens}\n`),
    'authorization-mode': 'Node,RBAC',
    'service-account-issuer': issuer,
    'service-account-key-file': accountKey,
    'service-account-signing-key-file': accountKey,
    'api-audiences': `${issuer},istio-ca`,
    'service-cluster-ip-range': '10.96.0.0/16',
    'kubelet-certificate-authority': authority.certificate,
    'kubelet-client-certificate': kubelet.certificate,
    'kubelet-client-key': kubelet.key,
    'kubelet-preferred-address-types': 'InternalIP',
    'endpoint-reconciler-type': 'none',
    'allow-privileged': 'true',
    'disable-admission-plugins': NO_ADMISSION.join(','),
    // etcd 3.4 lacks the watch feature that this needs.
    'feature-gates': 'WatchList=false',
    'audit-policy-file': writeText(folder, 'audit-policy.json', AUDIT_POLICY),
    'audit-log-path': auditLog,
  };
  const child = startChild('kube-apiserver', path, flagList(flags), {
    logFile: join(folder, 'api-server.log'),
  });
  return { child, auditLog };
}

const AUDIT_POLICY = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
});

const KWOK_KINDS = 'Stage,PortForward,ClusterPortForward,Logs,ClusterLogs,Exec,ClusterExec';

function startKwok(
  path: string,
  folder: string,
  authority: Authority,
  kubeconfig: string,
  port: number,
): Child {
  const serving = authority.issue('kubelet', '/O=system:nodes/CN=system:node:lab', ['IP:127.0.0.1']);
  const flags = {
    kubeconfig,
    'manage-all-nodes': 'true',
    'node-ip': '127.0.0.1',
    'node-port': String(port),
    'server-address': `127.0.0.1:${port}`,
    'tls-cert-file': serving.certificate,
    'tls-private-key-file': serving.key,
    'enable-crds': KWOK_KINDS,
  };
  // The commands that kwok runs in the place of a container's are looked up on its own PATH.
  const options = { logFile: join(folder, 'kwok.log'), path: join(folder, 'bin') };
  return startChild('kwok', path, flagList(flags), options);
}

/** One context a user, named like the user; `admin` (by client certificate) is the current one. JSON is YAML too. */
function writeKubeconfig(
  folder: string,
  authority: Authority,
  admin: { readonly certificate: string; readonly key: string },
  port: number,
): string {
  const users = [
    { name: 'admin', user: { 'client-certificate': admin.certificate, 'client-key': admin.key } },
    ...TEST_USERS.map(({ name, token }) => ({ name, user: { token } })),
  ];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'admin',
    clusters: [
      {
        name: 'lab',
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': authority.certificate },
      },
    ],
    users,
    contexts: users.map(({ name }) => ({ name, context: { cluster: 'lab', user: name, namespace: 'shop' } })),
  };
  return writeText(folder, 'kubeconfig.yaml', JSON.stringify(config, null, 2));
}

function writeText(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function flagList(flags: Readonly<Record<string, string>>): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
