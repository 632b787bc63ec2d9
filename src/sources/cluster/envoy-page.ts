import type { CniPage, EnvoyPage, ZtunnelPage } from '../source.ts';

/** A request to the admin port of a proxy. All of them only read, `POST /logging` without parameters too. */
export interface AdminRequest {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** Istio's own. */
export const ADMIN = 15000;
/** Where ztunnel serves its metrics. */
const ZTUNNEL_STATS = 15020;
/** Where a CNI pod serves its metrics. */
const CNI_METRICS = 15014;

/** The request for a page of Envoy whose admin port is `port`. */
export function adminRequest(page: EnvoyPage, port: number = ADMIN): AdminRequest {
  return { ...ENVOY_REQUESTS[page], port };
}

const ENVOY_REQUESTS: Readonly<Record<EnvoyPage, AdminRequest>> = {
  config_dump: get('/config_dump?include_eds'),
  clusters: get('/clusters?format=json'),
  certs: get('/certs'),
  listeners: get('/listeners?format=json'),
  server_info: get('/server_info'),
  stats: get('/stats/prometheus'),
  stats_text: get('/stats'),
  stats_json: get('/stats?format=json'),
  clusters_text: get('/clusters'),
  logging: { port: ADMIN, method: 'POST', path: '/logging' },
  memory: get('/memory'),
  runtime: get('/runtime'),
  init_dump: get('/init_dump'),
};

/** The request for a page of ztunnel whose admin port is `port`; its metrics have a port of their own. */
export function ztunnelRequest(page: ZtunnelPage, port: number = ADMIN): AdminRequest {
  const request = ZTUNNEL_REQUESTS[page];
  return request.port === ADMIN ? { ...request, port } : request;
}

const ZTUNNEL_REQUESTS: Readonly<Record<ZtunnelPage, AdminRequest>> = {
  config_dump: get('/config_dump'),
  stats: { port: ZTUNNEL_STATS, method: 'GET', path: '/metrics' },
  logging: { port: ADMIN, method: 'POST', path: '/logging' },
};

/** The request for a page of a CNI pod. Source: istio.io/istio/manifests/charts/istio-cni, `prometheus.io/port`. */
export function cniRequest(page: CniPage): AdminRequest {
  return CNI_REQUESTS[page];
}

const CNI_REQUESTS: Readonly<Record<CniPage, AdminRequest>> = {
  metrics: { port: CNI_METRICS, method: 'GET', path: '/metrics' },
};

function get(path: string): AdminRequest {
  return { port: ADMIN, method: 'GET', path };
}
