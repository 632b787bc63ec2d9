/** Columns of the drawing, from what acts on others to what they need; other kinds stand in the last one. */
const COLUMNS = [
  [
    'AuthorizationPolicy',
    'BackendTLSPolicy',
    'EnvoyFilter',
    'NetworkPolicy',
    'PeerAuthentication',
    'ProxyConfig',
    'ReferenceGrant',
    'RequestAuthentication',
    'Sidecar',
    'Telemetry',
    'TrafficExtension',
    'WasmPlugin',
  ],
  ['GRPCRoute', 'HTTPRoute', 'Ingress', 'TCPRoute', 'TLSRoute', 'VirtualService'],
  ['DestinationRule', 'Gateway', 'GatewayApiGateway', 'Subset'],
  ['ExtensionProvider', 'Host', 'Service', 'ServiceEntry'],
  [
    'CronJob',
    'DaemonSet',
    'Deployment',
    'Job',
    'Pod',
    'ReplicaSet',
    'StatefulSet',
    'Workload',
    'WorkloadEntry',
    'WorkloadGroup',
  ],
];

/** What stands above the columns. */
export const COLUMN_TITLES = [
  'Policies',
  'Routes',
  'Gateways, rules',
  'Services, hosts',
  'Workloads',
  'Identities, rest',
];

/** Levels, the worst first. */
export const LEVELS = ['error', 'warning', 'info'];

/** The worse one of two levels; either may be absent. */
export function worse(a, b) {
  if (a === undefined || b === undefined) return a ?? b;
  return LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b;
}

/** The column that a kind stands in. */
export function columnOf(kind) {
  const index = COLUMNS.findIndex((kinds) => kinds.includes(kind));
  return index < 0 ? COLUMNS.length : index;
}

/** A kind as people call it. */
export function kindText(kind) {
  return kind === 'GatewayApiGateway' ? 'Kubernetes Gateway' : kind;
}

/** Nodes with their references both ways, the worst level of what is wrong with each, and the text to search in. */
export function buildModel(data) {
  const nodes = data.nodes.map((node, index) => ({
    ...node,
    index,
    namespace: node.namespace ?? '',
    column: columnOf(node.kind),
    findings: node.findings ?? [],
    out: [],
    in: [],
    level: undefined,
    text: `${kindText(node.kind)} ${node.namespace ?? ''}/${node.name}`.toLowerCase(),
  }));
  const edges = data.edges.map((edge) => ({ ...edge, from: nodes[edge.from], to: nodes[edge.to] }));
  for (const edge of edges) {
    edge.from.out.push(edge);
    edge.to.in.push(edge);
    if (edge.level === undefined) continue;
    edge.from.level = worse(edge.from.level, edge.level);
    edge.to.level = worse(edge.to.level, edge.level);
  }
  for (const node of nodes) {
    node.band = bandOf(node);
    for (const { level } of node.findings) node.level = worse(node.level, level);
    node.text += ` ${node.findings.map(({ code }) => code).join(' ')}`.toLowerCase();
  }
  for (const { level, nodes: inCycle } of data.cycles)
    for (const index of inCycle) nodes[index].level = worse(nodes[index].level, level);
  return { nodes, edges };
}

/** The namespace that a node is drawn with: a Namespace in itself, a missing name with the only one that uses it. */
function bandOf({ kind, namespace, name, in: references }) {
  if (namespace !== '') return namespace;
  if (kind === 'Namespace') return name;
  const users = new Set(references.map(({ from }) => from.namespace));
  return users.size === 1 ? [...users][0] : '';
}

/** The nodes that a filter leaves: all words of the search, kinds and namespaces that are on, and only near ones. */
export function filterNodes(nodes, filter) {
  const words = filter.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const near = filter.near === undefined ? undefined : around(filter.near);
  return nodes.filter(
    (node) =>
      !filter.kindsOff.has(node.kind) &&
      !filter.namespacesOff.has(node.band) &&
      (!filter.onlyWrong || node.level === 'error' || node.level === 'warning') &&
      (near === undefined || near.has(node)) &&
      words.every((word) => node.text.includes(word)),
  );
}

/** Nodes in the order of the list: those with something wrong first. */
export function worstFirst(nodes) {
  const rank = ({ level }) => (level === undefined ? LEVELS.length : LEVELS.indexOf(level));
  return [...nodes].sort((a, b) => rank(a) - rank(b));
}

/** A node, all that it needs, and all that needs it. */
function around(start) {
  const found = new Set([start]);
  for (const direction of ['out', 'in']) {
    const front = [start];
    const seen = new Set(front);
    for (let node = front.pop(); node !== undefined; node = front.pop())
      for (const edge of node[direction]) {
        const other = direction === 'out' ? edge.to : edge.from;
        if (seen.has(other)) continue;
        seen.add(other);
        found.add(other);
        front.push(other);
      }
  }
  return found;
}
