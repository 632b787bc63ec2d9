/** Where Prometheus reads the metrics of a pod. */
export interface MetricsAddress {
  readonly port: number;
  readonly path: string;
}

/** The agent's page, on which it joins Envoy's metrics with the application's (Istio's defaults). */
const AGENT: MetricsAddress = { port: 15020, path: '/stats/prometheus' };

/**
 * Where the annotations of a pod tell Prometheus to read. With merging switched off they name the application's own
 * page; without annotations the agent's is meant. A path or port that is none counts as absent.
 */
export function podPath(annotations: Readonly<Record<string, string>>): MetricsAddress {
  const port = Number(annotations['prometheus.io/port'] ?? '');
  const path = annotations['prometheus.io/path'] ?? '';
  const isPort = Number.isInteger(port) && port > 0 && port < 65536;
  const given = path === '' ? undefined : path.startsWith('/') ? path : `/${path}`;
  const isPath = given !== undefined && /^[\x21-\x7e]+$/.test(given);
  if (!isPort && !isPath) return AGENT;
  return { port: isPort ? port : AGENT.port, path: isPath ? given : '/metrics' };
}
