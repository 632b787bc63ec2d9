import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { type Child, freePort, startChild, untilReady } from './child.ts';

/** A real Envoy with its admin port on loopback. */
export interface RunningEnvoy {
  readonly child: Child;
  readonly adminPort: number;
}

/** Starts an Envoy that is set up like a small sidecar: an outbound listener with a route to one cluster. */
export async function startEnvoy(path: string, folder: string): Promise<RunningEnvoy> {
  const adminPort = await freePort();
  const config = join(folder, 'envoy.json');
  writeFileSync(config, JSON.stringify(bootstrap(adminPort, await freePort(), await freePort())));
  const flags = ['-c', config, '--use-dynamic-base-id', '--concurrency', '1', '--log-level', 'warning'];
  const child = startChild('envoy', path, flags, { logFile: join(folder, 'envoy.log') });
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

function bootstrap(adminPort: number, listenerPort: number, appPort: number): object {
  const address = (port: number): object => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const cluster = 'outbound|9080||ledger.payments.svc.cluster.local';
  return {
    node: { id: 'sidecar~10.244.99.2~real-envoy.load~load.svc.cluster.local', cluster: 'real-envoy.load' },
    admin: { address: address(adminPort) },
    static_resources: {
      listeners: [
        { name: 'outbound', address: address(listenerPort), filter_chains: [filterChain(cluster)] },
      ],
      clusters: [
        {
          name: cluster,
          type: 'STATIC',
          connect_timeout: '1s',
          load_assignment: {
            cluster_name: cluster,
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(appPort) } }] }],
          },
        },
      ],
    },
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
