import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { type Child, freePort, startChild, untilReady } from './child.ts';
import { loopback, staticCluster } from './envoy-config.ts';

/** A real Envoy with its admin port on loopback. */
export interface RunningEnvoy {
  readonly child: Child;
  readonly adminPort: number;
}

/** Starts an Envoy that is set up like a small sidecar: an outbound listener with a route to one cluster. */
export async function startEnvoy(path: string, folder: string): Promise<RunningEnvoy> {
  const resources = smallSidecar(await freePort(), await freePort());
  return runEnvoy(path, folder, 'real-envoy', resources);
}

/** Starts an Envoy with static resources; its files are named after it. */
export async function runEnvoy(
  path: string,
  folder: string,
  name: string,
  resources: object,
  namespace = 'load',
): Promise<RunningEnvoy> {
  const adminPort = await freePort();
  const config = join(folder, `${name}.json`);
  const id = `sidecar~10.244.99.2~${name}.${namespace}~${namespace}.svc.cluster.local`;
  const bootstrap = {
    node: { id, cluster: `${name}.${namespace}` },
    admin: { address: loopback(adminPort) },
    static_resources: resources,
  };
  writeFileSync(config, JSON.stringify(bootstrap));
  const flags = ['-c', config, '--use-dynamic-base-id', '--concurrency', '1', '--log-level', 'warning'];
  flags.push('--file-flush-interval-msec', '100');
  const child = startChild(name, path, flags, { logFile: join(folder, `${name}.envoy.log`) });
  await untilReady(child, 20, () => isReady(adminPort));
  return { child, adminPort };
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path: '/ready' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => resolve(false));
  });
}

function smallSidecar(listenerPort: number, appPort: number): object {
  const cluster = 'outbound|9080||ledger.payments.svc.cluster.local';
  return {
    listeners: [{ name: 'outbound', address: loopback(listenerPort), filter_chains: [filterChain(cluster)] }],
    clusters: [staticCluster(cluster, [appPort])],
  };
}

function filterChain(cluster: string): object {
  const http = 'type.googleapis.com/envoy.extensions.filters';
  const manager = {
    '@type': `${http}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'outbound',
    route_config: {
      name: '9080',
      virtual_hosts: [
        {
          name: 'ledger',
          domains: ['ledger.payments'],
          routes: [{ match: { prefix: '/' }, route: { cluster } }],
        },
      ],
    },
    http_filters: [{ name: 'router', typed_config: { '@type': `${http}.http.router.v3.Router` } }],
  };
  return { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] };
}
