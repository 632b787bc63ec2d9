// Data table: the words that pseudonyms leave alone.

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/**
 * Words of Kubernetes, Istio and Envoy that are never taken for somebody's name, wherever they stand: system
 * namespaces, parts of the control plane, kinds, protocols, and texts that programs compare with. An object with such a
 * name keeps it, for it could not be told from the word.
 */
export const KEPT_WORDS: ReadonlySet<string> = words(`
  default system kubernetes kube kubelet kind istio istiod ztunnel cni ambient kube-system kube-public kube-node-lease
  istio-system istio-operator istio-gateway istio-ingress istio-egress istio-cni istio-proxy istio-init istio-validation
  local-path-storage cluster-admin admin edit view cacerts ca root cert certs certificate crl jwks jwt oidc tls mtls
  app apps application application-name component instance name version release chart heritage managed part-of
  service services serviceaccount serviceaccounts account accounts pod pods node nodes namespace namespaces deployment
  deployments replicaset replicasets statefulset statefulsets daemonset daemonsets job jobs cronjob cronjobs endpoint
  endpoints endpointslice endpointslices secret secrets configmap configmaps ingress egress event events role roles
  rolebinding rolebindings clusterrole clusterroles clusterrolebinding binding virtualservice virtualservices
  destinationrule destinationrules serviceentry serviceentries sidecar sidecars gateway gateways gatewayclass envoyfilter
  envoyfilters workload workloads workloadentry workloadentries workloadgroup workloadgroups proxyconfig proxyconfigs
  peerauthentication peerauthentications requestauthentication requestauthentications authorizationpolicy
  authorizationpolicies telemetry telemetries wasmplugin wasmplugins httproute httproutes grpcroute grpcroutes tcproute
  tlsroute mesh meshes network networks networkpolicies cluster clusters listener listeners route routes router virtual host hosts
  hostname domain domains address addresses ip ips port ports path paths filter filters chain header headers cookie
  method methods status spec metadata data items list config configs configuration dump debug info warn warning error
  fatal trace critical off none all any true false null nil yes no on and or not in of to from by for is as at the a an
  http https http1 http2 http3 grpc grpc-web tcp udp sctp tls-passthrough mysql redis mongo thrift dns ssh ftp quic
  hbone auto inbound outbound passthrough blackhole client server upstream downstream source destination target peer
  principal principals request requests response responses policy policies rule rules allow deny audit custom enabled
  disabled enforced shadow permissive strict stable active ready running pending failed unknown healthy unhealthy
  degraded synced stale never always get list watch create update patch delete post put head options connect
  proxy proxyless envoy pilot mixer citadel galley controller controllers manager scheduler operator injector webhook
  webhooks validator discovery registry xds ads cds lds rds eds sds nds ecds ads-grpc xds-grpc sds-grpc agent
  prometheus prometheus_stats grafana jaeger kiali zipkin opentelemetry otel stackdriver lightstep datadog skywalking
  stats metrics logs log logging memory version server_info config_dump certs runtime controlz scopes mem bootstrap static dynamic primary
  secondary remote local localhost external internal public private global main production prod staging stage dev test
  tests qa canary baseline blue green latest stable next old new base backup master replica leader worker
  api web www ui backend frontend svc srv localdomain sa ns td com net org io co
  key keys value values type types token tokens id ids uid user users group groups url uri email password
  image images container containers volume volumes init main args env command resources limits cpu
  region zone subzone locality us eu europe asia america north south east west central northeast southeast
  json yaml txt prom html index snapshot report findings debugz core v1 extensions networking security
  waypoint waypoints ingressgateway egressgateway eastwestgateway istio-ingressgateway istio-egressgateway
  istio-eastwestgateway cluster.local opt bin usr var etc run lib tmp proc sys dev home
  kube-root-ca.crt crt apiserver authentication extension aggregation clusterrole reader election autoallocate revision revisions tag tags rev
`);

/** Lower-case names of fields: as keys of a mapping they stay, as values they may be somebody's name. */
export const FIELD_WORDS: ReadonlySet<string> = words(`
  acked action add affinity allocatable allocated annotations architecture archive attempts audience authenticated
  authority bytes canonical capabilities capacity categories category cidrs comparison compiler concurrency conditions
  connections contents context conversion count decorator delegate dependencies deprecated description details divisor
  drop effect end entries exact expression finalizers flags generation identifier identity input inputs interval issuer
  labels layers length level literal location major map match matcher matches medium message minor mode
  nanos ndots nonce number op operation operations optional outputs parents partition pem permissions phase pipe
  platform plural prefix presence priority privileged projected protocol provider providers ranges ready reason redaction
  redirect regex replicas required requires resolution resource retries rewrite scheme scope searches secs selector
  sent served serving sha256 simple since singular sni sources start started state storage strategy subdomain subject
  subjects subresources subset subsets suffix sysctls taints template terminated terminating thresholds timeout tolerations
  total tracing validations verbs versions vips visibility watches weight when weighted mirror fault cors hash loadbalancer
  trigger tier shards instances spiffe audiences claims  members properties rewritten 
  balance  batch window windows queue size sizes rate limit descriptor descriptors threshold
`);

/** Ends of hosts that belong to projects everybody uses: names below them say nothing of a mesh. */
export const KEPT_SUFFIXES: readonly string[] = [
  ...[
    'istio.io',
    'k8s.io',
    'x-k8s.io',
    'kubernetes.io',
    'envoyproxy.io',
    'gke.io',
    'openshift.io',
    'docker.io',
    'gcr.io',
  ],
  ...[
    'quay.io',
    'ghcr.io',
    'github.com',
    'cncf.io',
    'golang.org',
    'w3.org',
    'ietf.org',
    'meshscope.io',
    'helm.sh',
  ],
  ...['opentelemetry.io', 'prometheus.io', 'cert-manager.io'],
];

/**
 * Ends of hosts that clouds give to what their customers have there: these stay, and what stands before them names
 * somebody.
 */
export const RENTED_SUFFIXES: readonly string[] = [
  ...[
    'amazonaws.com',
    'amazonaws.com.cn',
    'azure.com',
    'azure.net',
    'windows.net',
    'azmk8s.io',
    'azurecr.io',
  ],
  ...['googleapis.com', 'pkg.dev', 'run.app', 'cloudfunctions.net', 'cloudfront.net', 'nip.io', 'sslip.io'],
];

/** Labels before such an end that name a service of the cloud. */
export const RENTED_WORDS: ReadonlySet<string> = words(`
  s3 ec2 elb rds eks ecr dkr sts sqs sns kms iam lambda dynamodb elasticache es execute-api compute cache blob file queue
  table dfs vault servicebus documents search postgres database storage oauth2 iamcredentials cloudtrace pubsub docker
`);

/** Beginnings of dotted words that name types, filters and statistics. */
export const KEPT_PREFIXES: ReadonlySet<string> = words(
  'envoy google xds udpa type istio io com.google kubernetes.io metadata status spec request response connection upstream downstream server cluster_manager listener_manager http1 http2',
);

/** The last label of hosts, as far as a text alone may show a host by it. */
export const TOP_LEVELS: ReadonlySet<string> = words(`
  com net org io dev app cloud ai co edu gov mil int info biz name shop store tech online site xyz me tv cc
  internal local localdomain lan corp home intra intranet private example test invalid cluster svc
  de fr uk us eu ch at nl be it es pt pl cz se no fi dk ie ru ua tr il in cn jp kr au nz br mx ar ca za sg hk tw
`);

/** Ends that are as likely those of files, fields and packages: a text alone never shows a host by them. */
export const OTHER_ENDS: ReadonlySet<string> = words('go rs cc py js ts sh name cluster svc so md pl id');

/** Ends that show a host only where it has three labels or more. */
export const WEAK_ENDS: ReadonlySet<string> = words(
  'io app in no me it is at be test ai co tv cc info biz store tech online site shop dev us local',
);
