// Data table: how every command is run to prove that an archive answers as the mesh itself does.

/** Command lines after the command's own words, or why there is none. */
export type ReadLines = readonly string[] | { readonly not: string };

const DASHBOARD: ReadLines = { not: 'it forwards a port of a running pod: an archive has none' };
const ABOUT_NO_MESH: ReadLines = { not: 'it reads no mesh' };
const ZTUNNEL: readonly string[] = ['', '--node lab-node-1'];

const POD = 'search-v1-7c78d66565-qzbbl.shop';
const CART = 'cart-v1-db9689b57-djzwj.shop';

/**
 * Lines by command. The first one is asked in every format that the command has, and as the reference prints it; the
 * others bring options and objects that lead elsewhere. `FOLDER` is a folder of its own whose files are compared.
 */
export const READ_LINES: Readonly<Record<string, ReadLines>> = {
  version: ['', '--remote=false', '--short'],
  'proxy-status': [
    '',
    '--all',
    '--deep',
    '-n payments',
    'deploy/cart-v1.shop',
    `${POD} -o json`,
    'deploy/wishlist-v1.shop',
    '--fail-on rejected',
  ],
  'describe pod': [
    CART,
    `${CART} -n shop --compat`,
    'deploy/wishlist-v1.shop',
    'deploy/search-v1.shop',
    'deploy/edge-gateway.edge',
    'deploy/mailer-v1.legacy',
    'deploy/ledger-v1.payments -o json',
  ],
  'describe service': [
    'catalog.shop',
    'catalog -n shop --compat',
    'ledger.payments -o json',
    'mailer.legacy',
    'edge-gateway.edge',
  ],
  'proxy-config cluster': [
    'deploy/cart-v1.shop',
    'deploy/wishlist-v1.shop',
    'deploy/storefront-v1.shop --fqdn catalog --direction outbound',
    '-l app=storefront -n shop --all-replicas',
  ],
  'proxy-config listener': ['deploy/cart-v1.shop', 'deploy/edge-gateway.edge --verbose', `${POD} --port 80`],
  'proxy-config route': ['deploy/cart-v1.shop', 'svc/storefront.shop --name 80', 'deploy/edge-gateway.edge'],
  'proxy-config endpoint': ['deploy/cart-v1.shop', 'deploy/checkout-v1.payments --status unhealthy'],
  'proxy-config eds': ['deploy/cart-v1.shop', 'deploy/search-v1.shop'],
  'proxy-config bootstrap': ['deploy/cart-v1.shop', 'deploy/edge-gateway.edge -o table'],
  'proxy-config secret': ['deploy/cart-v1.shop', 'deploy/edge-gateway.edge -o json'],
  'proxy-config ecds': ['deploy/cart-v1.shop', 'deploy/search-v1.shop'],
  'proxy-config log': ['deploy/cart-v1.shop', '-l app=storefront -n shop --all-replicas'],
  'proxy-config all': ['deploy/cart-v1.shop', 'deploy/edge-gateway.edge --verbose'],
  'proxy-config path': [
    'deploy/storefront-v1.shop cart.shop:80',
    'deploy/edge-gateway.edge shop.example.com:8443 --tls --path /checkout',
    'deploy/checkout-v1.payments checkout:80 --inbound --method POST',
  ],
  'proxy-config diff': [
    'deploy/cart-v1.shop deploy/catalog-v1.shop',
    'storefront-v1-6588479589-4ksqx.shop storefront-v1-6588479589-bsq2b.shop --all',
  ],
  'proxy-config rootca-compare': ['deploy/cart-v1.shop deploy/catalog-v1.shop'],
  'ztunnel-config workload': ZTUNNEL,
  'ztunnel-config service': ZTUNNEL,
  'ztunnel-config policy': ZTUNNEL,
  'ztunnel-config certificate': ZTUNNEL,
  'ztunnel-config connections': ZTUNNEL,
  'ztunnel-config all': ZTUNNEL,
  'ztunnel-config log': ZTUNNEL,
  'waypoint list': ['', '-A'],
  'waypoint status': ['', '-n shop', 'nosuch -n shop'],
  'waypoint generate': ABOUT_NO_MESH,
  logs: [
    'deploy/storefront-v1.shop',
    'deploy/storefront-v1.shop --to svc/catalog.shop --status 5xx',
    'deploy/storefront-v1.shop --flags NC --lines',
    '-l app=cart -n shop --all',
  ],
  wait: [
    'virtualservice/catalog.shop --proxies 60%',
    'envoyfilter/search-compressor.shop --timeout 3s',
    '--for=delete virtualservice/old.shop --timeout 3s',
  ],
  'envoy-stats': [
    'deploy/cart-v1.shop',
    'deploy/edge-gateway.edge -t clusters',
    'deploy/cart-v1.shop --filter rbac|lds -o prom',
  ],
  metrics: { not: 'it asks Prometheus, which an archive does not hold' },
  'dashboard kiali': DASHBOARD,
  'dashboard grafana': DASHBOARD,
  'dashboard prometheus': DASHBOARD,
  'dashboard jaeger': DASHBOARD,
  'dashboard zipkin': DASHBOARD,
  'dashboard skywalking': DASHBOARD,
  'dashboard controlz': DASHBOARD,
  'dashboard istiod-debug': DASHBOARD,
  'dashboard envoy': DASHBOARD,
  'dashboard proxy': DASHBOARD,
  'dashboard ztunnel': DASHBOARD,
  'remote-clusters': [''],
  'internal-debug': [
    'syncz',
    'syncz --all',
    'adsz',
    'ambientz',
    'authorizationz',
    'clusterz',
    'configz',
    'connections',
    'endpointz',
    'inject',
    'instancesz',
    'mcsz',
    'mesh',
    'networkz',
    'push_status',
    'registryz',
    'resourcesz',
    'telemetryz',
    `config_dump?proxyID=${CART}`,
    `edsz?proxyID=${CART}`,
    '--list',
  ],
  'admin log': ['', '--all'],
  analyze: ['', '-n payments', '-A --output-threshold error', 'fixtures/samples/shop --use-kube --diff'],
  validate: ABOUT_NO_MESH,
  graph: [
    '--use-kube',
    '--use-kube --from-object virtualservice/cart.shop',
    '--use-kube --impact secret/shop-cert.edge',
  ],
  'check-inject': ['deploy/cart-v1.shop', 'deploy/mailer-v1.legacy', '-n shop -l app=search'],
  'injector list': ['', '--all', '-n shop'],
  'tag list': [''],
  'workload group create': ABOUT_NO_MESH,
  'workload entry configure': ['-f fixtures/analyzers/schema/workload-group.machines.yaml -o FOLDER'],
  'config list': ABOUT_NO_MESH,
  'authz check': ['deploy/cart-v1.shop', 'deploy/ledger-v1.payments --rules', 'deploy/edge-gateway.edge'],
  // All proxies once: one of them has a dump of 100 MB.
  'rootca-compare': ['-n shop', 'deploy/cart-v1.shop deploy/catalog-v1.shop', ''],
  report: ['', '--failure-threshold error', '-n shop'],
  diff: { not: 'it compares two archives' },
  'bug-report': { not: 'it writes the archive; test/commands/bug-report.test.ts packs one again' },
  'bug-report reveal': { not: 'it reads a text and a key, and no mesh' },
  'bug-report scan': { not: 'it reads an archive and nothing else' },
  'bug-report verify': { not: 'it reads an archive and nothing else' },
  'bug-report version': [''],
  explain: ABOUT_NO_MESH,
  completion: ABOUT_NO_MESH,
  __complete: { not: 'names are completed of recordings alone: a shell does not wait for a cluster' },
};

const CONTEXT_NAMESPACE =
  "the reference leaves the namespace of the kubeconfig's context out of names; -n gives it";

/** Forms of a command's first line that an archive can not give. */
export const FORMS_LEFT_OUT: readonly {
  readonly command: string;
  readonly flag: string;
  readonly why: string;
}[] = [
  { command: 'describe pod', flag: '--compat', why: CONTEXT_NAMESPACE },
  { command: 'describe service', flag: '--compat', why: CONTEXT_NAMESPACE },
  { command: 'report', flag: '-o yaml', why: 'it is the data of -o json' },
  { command: 'report', flag: '-o html', why: 'it is the data of -o json, and counts what the archive lacks' },
  {
    command: 'envoy-stats',
    flag: '-o prom-merged',
    why: 'the metrics of the application are merged into it, and they are never collected',
  },
];

/** As `READ_LINES`, for what an ambient mesh alone has. */
export const AMBIENT_LINES: Readonly<Record<string, ReadLines>> = {
  'proxy-status': ['', '--all'],
  'ztunnel-config workload': [
    'ztunnel-qvvs4',
    'deploy/reception-v1 -n clinic',
    '--node ward-2 --workload-namespace pharmacy',
  ],
  'ztunnel-config service': ['--node ward-1', '--node ward-2 --service-namespace pharmacy -o yaml'],
  'ztunnel-config policy': ['--node ward-2'],
  'ztunnel-config certificate': ['--node ward-1', '', 'deploy/stock-v1.pharmacy'],
  'ztunnel-config connections': ['--node ward-1', 'deploy/reception-v1 -n clinic --raw'],
  'ztunnel-config all': ['--node ward-2'],
  'ztunnel-config log': ['', '--node ward-1'],
  'waypoint list': ['-A', '-n clinic'],
  'waypoint status': ['-A', 'clinic-waypoint -n clinic'],
  'describe pod': ['deploy/reception-v1.clinic', 'deploy/clinic-waypoint.clinic'],
  'describe service': ['records.clinic'],
  'proxy-config cluster': ['deploy/clinic-waypoint.clinic'],
  'proxy-config listener': ['deploy/clinic-waypoint.clinic', 'deploy/clinic-waypoint.clinic --waypoint'],
  'envoy-stats': ['deploy/clinic-waypoint.clinic'],
  'rootca-compare': ['-n clinic'],
  analyze: [''],
};
