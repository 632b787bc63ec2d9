import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from './certificates.ts';
import { freePort } from './child.ts';
import { type RunningEnvoy, runEnvoy } from './envoy.ts';
import {
  accessLog,
  denyPath,
  httpManager,
  loopback,
  mtls,
  staticCluster,
  type TlsFiles,
  tlsInspector,
} from './envoy-config.ts';

/** Names that the test and the servers share. */
export const PAIR = {
  client: { namespace: 'load', name: 'client' },
  server: { namespace: 'load', name: 'server' },
  policy: 'ns[load]-policy[deny-admin]-rule[0]',
  ledger: 'outbound|9080||ledger.load.svc.cluster.local',
  flaky: 'outbound|80||flaky.load.svc.cluster.local',
  clientIp: '127.0.0.3',
  serverIp: '127.0.0.2',
} as const;

/** Two Envoys set up like sidecars: the client's outbound side, the server's inbound side with mTLS, and applications. */
export interface EnvoyPair {
  readonly client: RunningEnvoy & { readonly logFile: string };
  readonly server: RunningEnvoy & { readonly logFile: string };
  /** Port on loopback where the client's Envoy takes the requests of its application. */
  readonly outbound: number;
  stop(): Promise<void>;
}

/** Requests whose outcomes the tests know, in their order. */
const REQUESTS: readonly (readonly [host: string, path: string])[] = [
  ['ledger.load', '/entries'],
  ['ledger.load', '/admin'],
  ['ledger.load', '/slow'],
  ['ledger.load', '/status/500'],
  ['empty.load', '/'],
  ['dead.load', '/'],
  ['gone.load', '/'],
  ['plain.load', '/entries'],
  ['nowhere.load', '/'],
  ...Array.from({ length: 8 }, () => ['flaky.load', '/flaky'] as const),
];

/** Starts the pair with files in `folder`, and sends the requests of the tests. */
export async function startEnvoyPair(path: string, folder: string): Promise<EnvoyPair> {
  const own = join(folder, 'pair');
  mkdirSync(own, { recursive: true });
  const authority = createAuthority(own);
  const tls = (name: string): TlsFiles => {
    const files = authority.issue(name, `/CN=${name}`, [`URI:${identity(name)}`]);
    // Envoy reads them as its own user.
    chmodSync(files.key, 0o644);
    return { ...files, root: authority.certificate };
  };
  const [good, bad] = [await startApplication(200), await startApplication(500)];
  const ports = { inbound: await freePort(), outbound: await freePort(), dead: await freePort() };
  const logs = { client: join(own, 'client.log'), server: join(own, 'server.log') };
  for (const file of Object.values(logs)) writeFileSync(file, '');
  const apps = { good: portOf(good), bad: portOf(bad) };
  const server = await runEnvoy(
    path,
    own,
    'server',
    serverResources(tls('ledger'), ports.inbound, apps.good, logs.server),
  );
  const client = await runEnvoy(
    path,
    own,
    'client',
    clientResources(tls('storefront'), ports, apps, logs.client),
  );
  for (const [host, target] of REQUESTS) await sendThrough(ports.outbound, host, target);
  // Envoy writes its logs every tenth of a second.
  await sleep(500);
  return {
    client: { ...client, logFile: logs.client },
    server: { ...server, logFile: logs.server },
    outbound: ports.outbound,
    stop: async () => {
      await Promise.all([client.child.stop(), server.child.stop()]);
      for (const app of [good, bad]) {
        app.closeAllConnections();
        app.close();
      }
    },
  };
}

function identity(name: string): string {
  return `spiffe://cluster.local/ns/load/sa/${name}`;
}

/** An application: `/status/N` answers N, `/slow` takes a second, `/flaky` what `flaky` says. */
async function startApplication(flaky: number): Promise<Server> {
  const server = createServer((incoming, response) => {
    const status = /^\/status\/(\d{3})/.exec(incoming.url ?? '')?.[1];
    response.statusCode = status === undefined ? (incoming.url === '/flaky' ? flaky : 200) : Number(status);
    const answer = (): void => void response.end('done\n');
    if (incoming.url === '/slow') setTimeout(answer, 1_000);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function serverResources(tls: TlsFiles, inbound: number, app: number, logFile: string): object {
  const cluster = 'inbound|9080||';
  const manager = httpManager({
    prefix: 'inbound_9080',
    logFile,
    filters: [denyPath(PAIR.policy, '/admin')],
    virtualHosts: [
      {
        name: cluster,
        domains: ['*'],
        routes: [{ name: 'default', match: { prefix: '/' }, route: { cluster, timeout: '0s' } }],
      },
    ],
  });
  return {
    listeners: [
      {
        name: 'virtualInbound',
        address: loopback(inbound, PAIR.serverIp),
        traffic_direction: 'INBOUND',
        access_log: [accessLog(logFile, 'listener')],
        listener_filters: [tlsInspector()],
        filter_chains: [
          {
            filter_chain_match: { transport_protocol: 'tls' },
            transport_socket: mtls('Downstream', tls),
            filters: [manager],
          },
        ],
      },
    ],
    clusters: [staticCluster(cluster, [app])],
  };
}

interface ClientPorts {
  readonly inbound: number;
  readonly outbound: number;
  readonly dead: number;
}

function clientResources(
  tls: TlsFiles,
  ports: ClientPorts,
  apps: { readonly good: number; readonly bad: number },
  logFile: string,
): object {
  const clusterOf = (name: string): string => `outbound|80||${name}.load.svc.cluster.local`;
  const host = (name: string, cluster: string): object => ({
    name: `${name}.load`,
    domains: [`${name}.load`],
    routes: [
      { name: 'slow', match: { path: '/slow' }, route: { cluster, timeout: '0.3s' } },
      { name: 'default', match: { prefix: '/' }, route: { cluster } },
    ],
  });
  const names = ['empty', 'dead', 'gone', 'plain', 'flaky'];
  const virtualHosts = [host('ledger', PAIR.ledger), ...names.map((name) => host(name, clusterOf(name)))];
  const source = { upstream_bind_config: { source_address: { address: PAIR.clientIp, port_value: 0 } } };
  const toServer = { ...source, transport_socket: mtls('Upstream', tls, identity('ledger')) };
  const outliers = {
    consecutive_5xx: 2,
    interval: '1s',
    base_ejection_time: '86400s',
    max_ejection_percent: 100,
  };
  return {
    listeners: [
      {
        name: '0.0.0.0_80',
        address: loopback(ports.outbound),
        traffic_direction: 'OUTBOUND',
        filter_chains: [{ filters: [httpManager({ prefix: '80', virtualHosts, logFile })] }],
      },
    ],
    clusters: [
      staticCluster(PAIR.ledger, [ports.inbound], toServer, PAIR.serverIp),
      staticCluster(clusterOf('empty'), []),
      staticCluster(clusterOf('dead'), [ports.dead]),
      staticCluster(clusterOf('plain'), [ports.inbound], source, PAIR.serverIp),
      staticCluster(PAIR.flaky, [apps.good, apps.bad], { outlier_detection: outliers }),
    ],
  };
}

/** Sends `GET path` to a host through the client's Envoy; the status of the answer. */
export function sendThrough(port: number, host: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    call.once('error', reject);
    call.end();
  });
}
