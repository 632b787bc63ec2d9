// The import rule of docs/architecture.md as executed rules. Each comment says what to do instead.

/** What each pure room may import besides itself; a room may always import src/util. */
const VIEWS = ['config', 'kube', 'envoy', 'istiod', 'ztunnel'];
const DOMAIN = ['mesh', 'security'];
const ROOMS = {
  util: { may: [], instead: 'move what knows of Istio to the room that it speaks of' },
  config: { may: ['kube'], instead: 'text becomes resources here; what they mean together belongs to mesh' },
  kube: {
    may: [],
    instead: 'Kubernetes knows nothing of Envoy or Istio; join the views in security, mesh or answers',
  },
  envoy: {
    may: ['kube'],
    instead: 'a view of Envoy stands for itself; join it with other views in mesh, security or answers',
  },
  istiod: {
    may: ['kube', 'envoy'],
    instead: 'a view of istiod may read Envoy types it carries; join it with the rest in answers',
  },
  ztunnel: {
    may: ['kube'],
    instead: 'a view of ztunnel stands for itself; join it with other views in mesh, security or answers',
  },
  mesh: {
    may: [...VIEWS, 'security'],
    instead: 'the domain is pure and knows no analysis, answers or output',
  },
  security: {
    may: [...VIEWS, 'mesh'],
    instead: 'the domain is pure and knows no analysis, answers or output',
  },
  graph: {
    may: [...VIEWS, ...DOMAIN],
    instead: 'the graph is built from the domain; whoever asks it comes later',
  },
  analysis: {
    may: [...VIEWS, ...DOMAIN, 'graph'],
    instead: 'the runner gets analyzers handed in; it never imports them',
  },
  diagnosis: {
    may: [...VIEWS, ...DOMAIN, 'graph', 'analysis'],
    instead: 'reasoning is pure; commands hand it the data',
  },
  answers: {
    may: [...VIEWS, ...DOMAIN, 'graph', 'analysis', 'diagnosis'],
    instead: 'an answer is data: reporters import answers, never the reverse',
  },
  report: {
    may: [...VIEWS, ...DOMAIN, 'graph', 'analysis', 'diagnosis', 'answers'],
    instead: 'a reporter turns an answer into text and knows no source, command or terminal',
  },
};

const roomRules = Object.entries(ROOMS).map(([room, { may, instead }]) => ({
  name: `room-${room}`,
  comment: `src/${room} imports only ${[...may, 'util'].join(', ')}: ${instead}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^(src|analyzers)/', pathNot: `^src/(${[room, ...may, 'util'].join('|')})/` },
}));

const PURE = `^(src/(${Object.keys(ROOMS).join('|')})|analyzers)/`;

/** Who may import which npm package; a package that is not listed here may not be imported by what is shipped. */
const PACKAGES = {
  chalk: '^src/(report|cli)/',
  'cli-table3': '^src/report/',
  commander: '^src/cli/',
  'js-yaml': '^src/(config|report|cli|sources)/',
  'tar-stream': '^src/sources/snapshot/',
  archiver: '^src/sources/snapshot/',
  '@kubernetes/client-node': '^src/sources/cluster/',
  ws: '^src/sources/cluster/',
  '@grpc/grpc-js': '^src/sources/cluster/',
  protobufjs: '^src/sources/cluster/',
  open: '^src/cli/',
  '@marcbachmann/cel-js': '^src/config/cel/',
  graphology: '^src/graph/',
  'graphology-components': '^src/graph/',
};

const packageRules = Object.entries(PACKAGES).map(([name, from]) => ({
  name: `package-${name.replace(/[@/]/g, '')}`,
  comment: `${name} is imported in one place only (${from}), so that nothing else loads or depends on it.`,
  severity: 'error',
  from: { path: '^(src|analyzers)/', pathNot: from },
  to: { path: `node_modules/${name}/` },
}));

const listed = Object.keys(PACKAGES).join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...roomRules,
    ...packageRules,
    {
      name: 'package-unlisted',
      comment:
        'A new package is a decision: name its one importer in .dependency-cruiser.mjs and its reason in docs/dependencies.md.',
      severity: 'error',
      from: { path: '^(src|analyzers)/' },
      to: { path: 'node_modules/', pathNot: `node_modules/(${listed}|@types/[^/]+)/` },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other hold a third one: take it out. The command table is loaded lazily by completion and is exempt.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import', 'type-only'] } },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment:
        'Reading, the network, time and processes live in src/sources and src/cli; hand the data in. What only computes (hashes, unpacking) is free.',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|net|zlib)$' },
    },
    {
      name: 'sources-only-from-commands-and-cli',
      comment:
        'A source is opened by the wrapper and handed to commands; everything else gets data. Types of answers are free.',
      severity: 'error',
      from: { path: '^(src|analyzers)/', pathNot: '^src/(commands|cli|sources)/' },
      to: { path: '^src/sources/' },
    },
    {
      name: 'sources-import-types',
      comment:
        'A source reads and hands over: it uses the parsers of config and names of kube; anything that concludes from the data belongs right of it.',
      severity: 'error',
      from: { path: '^src/sources/', pathNot: '^src/sources/cluster/xds/' },
      to: {
        path: '^(src|analyzers)/',
        pathNot: '^src/(sources|util|config|kube)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'xds-decodes-by-the-schema',
      comment:
        "istiod's answers over xDS are bytes of Envoy's API: src/sources/cluster/xds also uses its schema, which is names and numbers and concludes nothing.",
      severity: 'error',
      from: { path: '^src/sources/cluster/xds/' },
      to: {
        path: '^(src|analyzers)/',
        pathNot: '^src/(sources|util|config|kube|envoy/schema)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'cli-is-shared',
      comment:
        'src/cli is what all commands share: it never knows one of them; commands are handed in as a table.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^(src/commands|analyzers)/' },
    },
    {
      name: 'commands-stand-alone',
      comment:
        'A command never imports another one: what two of them need is an answer (src/answers) or shared by all (src/cli).',
      severity: 'error',
      from: { path: '^src/commands/([^/.]+)', pathNot: '^src/commands/index\\.ts$' },
      to: { path: '^src/commands/', pathNot: '^src/commands/($1[./]|index\\.ts)' },
    },
    {
      name: 'command-table-is-lazy',
      comment: 'Printing help loads no command: the table imports commands with import() only.',
      severity: 'error',
      from: { path: '^src/commands/index\\.ts$' },
      to: { path: '^src/commands/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'analyzers-from-the-front-door',
      comment:
        'An analyzer imports #analysis, #mesh, #graph, #security, #kube and the messages of its family: then it runs on any source, and so does one of a third party.',
      severity: 'error',
      from: { path: '^analyzers/([^/]+)/', pathNot: '^analyzers/index\\.ts$' },
      to: {
        path: '.',
        pathNot: '^(src/analysis/api\\.ts|src/(mesh|graph|security|kube)/|analyzers/$1/messages\\.ts$)',
      },
    },
    {
      name: 'analyzers-are-composed-in-commands',
      comment:
        'Only analyze, validate, graph, diff, report and bug-report (which run them) and explain and completion (which list their codes) know all analyzers.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/commands/(analyze|validate|graph|diff|report|bug-report/mesh-report|explain|complete)',
      },
      to: { path: '^analyzers/' },
    },
    {
      name: 'shipped-knows-no-tests',
      comment: 'What is shipped imports neither tests nor fixtures nor scripts.',
      severity: 'error',
      from: { path: '^(src|analyzers|bin)/' },
      to: { path: '^(test|fixtures|scripts)/' },
    },
    {
      name: 'reachable-from-main',
      comment: 'Nothing reaches this file from src/main.ts or the package entry: delete it or use it.',
      severity: 'error',
      from: { path: '^(src/main|src/analysis/api|src/analysis/testing|src/cli/config-schema)\\.ts$' },
      to: {
        path: '^(src|analyzers)/',
        pathNot:
          '\\.d\\.ts$|^(analyzers/_template/|src/main\\.ts$|src/cli/config-schema\\.ts$|src/analysis/testing\\.ts$|src/sources/(recording|snapshot/folder-writer|files/(read-config|walk-folder|ignore-rules)))',
        reachable: false,
      },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
