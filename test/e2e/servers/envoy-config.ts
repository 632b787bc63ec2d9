/** Istio's default text format, in the form in which container runtimes keep lines. */
const ISTIO_FORMAT =
  '%START_TIME(%Y-%m-%dT%H:%M:%S.%9fZ)% stdout F ' +
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" ' +
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% ' +
  '%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% ' +
  '%ROUTE_NAME%\n';

const EXTENSIONS = 'type.googleapis.com/envoy.extensions';

/** A socket address on loopback; workloads have addresses of their own there, as pods have in a cluster. */
export function loopback(port: number, address = '127.0.0.1'): object {
  return { socket_address: { address, port_value: port } };
}

/** An access log in Istio's format that is appended to a file. A listener's tells of connections without a chain. */
export function accessLog(path: string, of: 'requests' | 'listener' = 'requests'): object {
  const noChain = { filter: { response_flag_filter: { flags: ['NR'] } } };
  return {
    name: 'envoy.access_loggers.file',
    ...(of === 'listener' ? noChain : {}),
    typed_config: {
      '@type': `${EXTENSIONS}.access_loggers.file.v3.FileAccessLog`,
      path,
      log_format: { text_format_source: { inline_string: ISTIO_FORMAT } },
    },
  };
}

/** A static cluster with endpoints on loopback. */
export function staticCluster(
  name: string,
  ports: readonly number[],
  more: object = {},
  address = '127.0.0.1',
): object {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [
        { lb_endpoints: ports.map((port) => ({ endpoint: { address: loopback(port, address) } })) },
      ],
    },
    ...more,
  };
}

/** The filter that handles HTTP, with filters in front of the router. */
export function httpManager(options: {
  readonly prefix: string;
  readonly virtualHosts: readonly object[];
  readonly logFile: string;
  readonly filters?: readonly object[];
}): object {
  const router = { '@type': `${EXTENSIONS}.filters.http.router.v3.Router` };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: options.prefix,
      access_log: [accessLog(options.logFile)],
      // Routes may name a cluster that is not there, as those that come over RDS may.
      route_config: { name: options.prefix, validate_clusters: false, virtual_hosts: options.virtualHosts },
      http_filters: [...(options.filters ?? []), { name: 'envoy.filters.http.router', typed_config: router }],
    },
  };
}

/** A filter that denies paths, named as istiod names the rules of an AuthorizationPolicy. */
export function denyPath(policy: string, prefix: string): object {
  const path = { url_path: { path: { prefix } } };
  const policies = { [policy]: { permissions: [path], principals: [{ any: true }] } };
  return {
    name: 'envoy.filters.http.rbac',
    typed_config: {
      '@type': `${EXTENSIONS}.filters.http.rbac.v3.RBAC`,
      rules: { action: 'DENY', policies },
    },
  };
}

/** Files of a workload certificate and of the root that it trusts. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly root: string;
}

/** mTLS of a server, or of a client that checks whom it talks to. */
export function mtls(side: 'Downstream' | 'Upstream', files: TlsFiles, peer?: string): object {
  const san = peer && { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: peer } }] };
  const common = {
    tls_certificates: [
      { certificate_chain: { filename: files.certificate }, private_key: { filename: files.key } },
    ],
    validation_context: { trusted_ca: { filename: files.root }, ...san },
  };
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': `${EXTENSIONS}.transport_sockets.tls.v3.${side}TlsContext`,
      common_tls_context: common,
      ...(side === 'Downstream'
        ? { require_client_certificate: true }
        : { sni: 'outbound_.9080_._.ledger.load.svc.cluster.local' }),
    },
  };
}

/** The filter that tells TLS from plain text. */
export function tlsInspector(): object {
  return {
    name: 'envoy.filters.listener.tls_inspector',
    typed_config: { '@type': `${EXTENSIONS}.filters.listener.tls_inspector.v3.TlsInspector` },
  };
}
