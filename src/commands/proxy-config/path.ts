import { isIP } from 'node:net';
import { type InboundGoal, inboundGoal } from '../../answers/inbound-goal.ts';
import type { HostHealth } from '../../answers/path-cluster.ts';
import { type ProxyPath, pathOf } from '../../answers/proxy-path.ts';
import type { MeshFacts } from '../../answers/server-stance.ts';
import { OUTSIDE_OPTIONS, outsideName, PROXY_ADMIN_PORT } from '../../cli/admin-port.ts';
import { defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import {
  type EnvoyDocument,
  openDump,
  readFileDocument,
  readOutsideDocument,
  readPodDocument,
} from '../../cli/envoy-input.ts';
import { meshFacts } from '../../cli/mesh-facts.ts';
import { flag, list, text } from '../../cli/options.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import { clusterStatuses, statusesByName } from '../../envoy/clusters-page.ts';
import type { ConfigDump } from '../../envoy/dump.ts';
import { listenerEntries, routeConfigEntries } from '../../envoy/entry.ts';
import { findAddress } from '../../envoy/path/find-address.ts';
import type { PathRequest } from '../../envoy/path/request.ts';
import type { PodRef } from '../../kube/pod-ref.ts';
import { usageError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';

const OPTIONS = {
  file: text('-f, --file <path>', 'follow the request in a saved config_dump instead of a pod'),
  proxyAdminPort: PROXY_ADMIN_PORT,
  ...OUTSIDE_OPTIONS,
  path: text('--path <path>', 'path of the request, with its query [/]'),
  method: text('--method <method>', 'method of the request [GET]'),
  header: list('--header <name=value>', 'a header of the request; Host is set by host=NAME'),
  ip: text('--ip <address>', 'destination address, when the dump does not tell that of the host'),
  tls: flag('--tls', 'the client speaks TLS itself'),
  sni: text('--sni <name>', 'server name in the TLS handshake (default: the host)'),
  tcp: flag('--tcp', 'the connection is not HTTP'),
  inbound: flag('--inbound', 'the request comes in to the pod instead of leaving it'),
  principal: text('--principal <id>', 'who calls, for authorization: cluster.local/ns/shop/sa/storefront'),
};

/** The answer of `proxy-config path`. */
interface PathAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'ProxyPath';
  readonly proxy: string;
  readonly path: ProxyPath;
}

export const command = defineCommand({
  name: 'proxy-config path',
  description:
    'Follows one request through an Envoy: listener, filter chain, route, cluster, endpoints, and where it ends.',
  args: [
    { name: 'pod', description: 'POD.NAMESPACE or deploy/NAME; left out with --file', completes: 'proxy' },
    { name: 'host:port', description: 'where the request goes to' },
  ],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope proxy-config path deploy/storefront-v1.shop cart:80 --from demo',
      explains: 'what becomes of a request to cart',
    },
    {
      command:
        'meshscope proxy-config path deploy/edge-gateway.edge shop.example.com:8443 --tls --path /checkout --from demo',
      explains: 'a request from outside at a gateway',
    },
    {
      command:
        'meshscope proxy-config path deploy/checkout-v1.payments checkout:80 --inbound --method POST --from demo',
      explains: 'what the proxy of the server makes of a request, authorization included',
    },
  ],
  stability: 'experimental',
  needs: ['envoy'],
  rights: ({ args, options }) => {
    if (!hasPod(options)) return {};
    const host = args[1]?.replace(/:\d*$/, '') ?? '';
    const where = ['mesh', ...namespaceIn(host).map((namespace) => ({ namespace }))] as const;
    const reads = where.flatMap((place) => [
      { group: '', resource: 'pods', in: place },
      { group: '', resource: 'services', in: place },
      { group: 'security.istio.io', resource: 'peerauthentications', in: place },
    ]);
    const ofMesh = {
      group: 'security.istio.io',
      resource: 'peerauthentications',
      in: 'control-plane',
    } as const;
    return { reads: [...reads, ofMesh], findsRoot: true };
  },
  validate: ({ args, options }) => {
    checkRequest(options);
    const { file, adminUrl, ssh } = options;
    if ([file, adminUrl, ssh].filter((one) => one !== undefined).length > 1) {
      throw usageError('give one of --file, --admin-url and --ssh');
    }
    const wanted = hasPod(options) ? 2 : 1;
    if (args.length !== wanted) {
      throw usageError(
        wanted === 2 ? 'path needs a pod and HOST:PORT' : 'without a pod, path takes HOST:PORT alone',
      );
    }
    hostPort(args.at(-1) ?? '');
  },
  run: async ({ args, options }, context): Promise<PathAnswer> => {
    const { document, health } = await read(args, options, context);
    const dump = await openDump(document);
    const goal = hostPort(args.at(-1) ?? '');
    const { pod } = document;
    const facts = pod && (await meshFacts(context, pod.cluster, [pod.namespace, ...namespaceIn(goal.host)]));
    const request = requestOf(goal, arrival(goal, options, dump, pod, facts), options);
    const mesh = pod && facts && { facts, namespace: pod.namespace };
    return {
      apiVersion: 'meshscope.io/v1',
      kind: 'ProxyPath',
      proxy: document.label,
      path: pathOf(dump, { request, health, mesh }),
    };
  },
  reporters: {
    table: () => import('../../report/proxy-config/path.ts').then((module) => module.pathTree),
    json: () => import('../../report/json.ts').then((module) => module.json),
    yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
  },
});

/** The namespace in a service's name: that of `cart.shop` and `cart.shop.svc.cluster.local`. */
function namespaceIn(host: string): readonly string[] {
  const [, namespace, svc] = host.split('.');
  return namespace === undefined || isIP(host) !== 0 || (svc !== undefined && svc !== 'svc')
    ? []
    : [namespace];
}

/** Address and port at which the proxy sees the request. */
function arrival(
  { host, port }: { host: string; port: number },
  options: { readonly ip: string | undefined; readonly inbound: boolean },
  dump: ConfigDump,
  pod: PodRef | undefined,
  facts: MeshFacts | undefined,
): InboundGoal {
  const listeners = listenerEntries(dump);
  const isSidecar = listeners.some(({ name }) => name === 'virtualInbound' || name === 'virtualOutbound');
  if (options.inbound && isSidecar) {
    const goal = inboundGoal(host, port, pod, facts, listeners);
    return { ...goal, ip: options.ip ?? goal.ip };
  }
  const routes = dump.has('Routes') ? routeConfigEntries(dump) : [];
  return { ip: options.ip ?? findAddress(host, port, listeners, routes), port };
}

function checkRequest(options: {
  readonly path: string | undefined;
  readonly method: string | undefined;
  readonly header: readonly string[];
}): void {
  if (options.path !== undefined && !options.path.startsWith('/')) {
    throw usageError(`--path: "${options.path}" does not begin with /`, {
      hint: `write it as --path /${options.path}`,
    });
  }
  if (options.method !== undefined && !/^[A-Za-z][A-Za-z-]*$/.test(options.method)) {
    throw usageError(`--method: "${options.method}" is not a method`, { hint: 'such as --method POST' });
  }
  for (const header of options.header) headerPair(header);
}

type Place = Parameters<typeof outsideName>[0] & { readonly file: string | undefined };

/** Whether the Envoy is a pod's, and not a saved or an outside one. */
function hasPod(options: Place): boolean {
  return options.file === undefined && outsideName(options) === undefined;
}

async function read(
  args: readonly string[],
  options: Place,
  context: CommandContext,
): Promise<{ document: EnvoyDocument; health: HostHealth | undefined }> {
  if (options.file !== undefined)
    return { document: await readFileDocument(options.file, context), health: undefined };
  const outside = outsideName(options);
  const pod = outside === undefined ? await resolveProxy(context, args[0] ?? '') : undefined;
  const asked = pod ?? { name: outside ?? '', namespace: '' };
  const document =
    outside === undefined
      ? await readPodDocument(asked, context, 'config_dump')
      : await readOutsideDocument(outside, context, 'config_dump');
  const answer = await (await context.source()).envoy(asked, 'clusters');
  if (!answer.ok) {
    context.gap({
      what: 'health of endpoints',
      why: answer.error.reason,
      next: 'EDS health is shown instead',
    });
    return { document, health: undefined };
  }
  const statuses = await clusterStatuses(
    loadJson(answer.value, `clusters of ${document.label}`),
    document.label,
  );
  return { document, health: statusesByName(statuses) };
}

function hostPort(argument: string): { host: string; port: number } {
  const match = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(argument);
  const port = Number(match?.[2]);
  if (!match?.[1] || port < 1 || port > 65535) {
    throw usageError(`"${argument}" is not HOST:PORT`, {
      hint: 'write it as cart.shop.svc.cluster.local:80',
    });
  }
  return { host: match[1].toLowerCase(), port };
}

function requestOf(
  { host, port }: { host: string; port: number },
  arrived: InboundGoal,
  options: {
    readonly path: string | undefined;
    readonly method: string | undefined;
    readonly header: readonly string[];
    readonly tls: boolean;
    readonly sni: string | undefined;
    readonly tcp: boolean;
    readonly inbound: boolean;
    readonly principal: string | undefined;
  },
): PathRequest {
  const headers = new Map(options.header.map(headerPair));
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const authority = headers.get('host') ?? (port === (options.tls ? 443 : 80) ? name : `${name}:${port}`);
  const tls = options.tls || options.sni !== undefined || options.inbound;
  return {
    host,
    port: arrived.port,
    ip: arrived.ip,
    authority: authority.toLowerCase(),
    path: options.path ?? '/',
    method: (options.method ?? 'GET').toUpperCase(),
    headers,
    tls,
    sni: tls ? (options.sni ?? (isIP(host) === 0 ? host : undefined)) : undefined,
    protocols: protocolsOf(options.tcp, options.inbound, tls),
    inbound: options.inbound,
    principal: options.principal,
  };
}

/** Inbound requests come from another sidecar, over mutual TLS with Istio's own protocol names. */
function protocolsOf(tcp: boolean, inbound: boolean, tls: boolean): string[] {
  if (inbound) return tcp ? ['istio'] : ['istio-http/1.1', 'istio-h2', 'istio'];
  if (tcp) return [];
  return tls ? ['h2', 'http/1.1'] : ['http/1.1'];
}

function headerPair(header: string): [string, string] {
  const at = header.search(/[=:]/);
  if (at <= 0) {
    throw usageError(`--header: "${header}" is not NAME=VALUE`, {
      hint: 'write it as --header x-canary=true',
    });
  }
  return [header.slice(0, at).trim().toLowerCase(), header.slice(at + 1).trim()];
}
