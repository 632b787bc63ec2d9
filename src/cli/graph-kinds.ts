import { servedKinds } from '../config/served-kinds.ts';
import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

/** Short names that kubectl has for kinds, by the kind's name in lower case. */
const SHORT: Readonly<Record<string, string>> = {
  authorizationpolicy: 'ap',
  configmap: 'cm',
  daemonset: 'ds',
  deployment: 'deploy',
  destinationrule: 'dr',
  gateway: 'gw',
  gatewayclass: 'gc',
  ingress: 'ing',
  namespace: 'ns',
  networkpolicy: 'netpol',
  peerauthentication: 'pa',
  pod: 'po',
  replicaset: 'rs',
  requestauthentication: 'ra',
  service: 'svc',
  serviceaccount: 'sa',
  serviceentry: 'se',
  statefulset: 'sts',
  virtualservice: 'vs',
  workloadentry: 'we',
  workloadgroup: 'wg',
};
/** Kinds of nodes that are no kinds of the API server. */
const NAMED = [
  'Cluster',
  'ExtensionProvider',
  'Host',
  'MeshConfig',
  'MeshNetworks',
  'Revision',
  'Subset',
  'Workload',
];
const GATEWAY_API = 'gateway.networking.k8s.io';

interface Word {
  readonly word: string;
  readonly group: string;
  readonly kind: string;
}

const WORDS: readonly Word[] = [
  ...servedKinds().flatMap(({ group, kind, plural }): Word[] => {
    const name = kind.toLowerCase();
    const node = kind === 'Gateway' && group === GATEWAY_API ? 'GatewayApiGateway' : kind;
    const words = [name, plural, ...(SHORT[name] === undefined ? [] : [SHORT[name]])];
    return words.map((word) => ({ word, group, kind: node }));
  }),
  { word: 'gatewayapigateway', group: GATEWAY_API, kind: 'GatewayApiGateway' },
  ...NAMED.map((kind) => ({ word: kind.toLowerCase(), group: '', kind })),
];

/**
 * The kinds of nodes that a word means: a kind in any case, its plural or short name, with a group behind a dot where
 * two groups have it (`gateway.networking.istio.io`). Throws a usage error for other words.
 */
export function graphKinds(text: string, option: string): readonly string[] {
  const [name = '', ...rest] = text.toLowerCase().split('.');
  const group = rest.join('.');
  const found = WORDS.filter(
    (one) => one.word === name && (group === '' || one.group === group || one.group.startsWith(`${group}.`)),
  );
  if (found.length > 0) return [...new Set(found.map(({ kind }) => kind))];
  const near = nearest(
    name,
    WORDS.map(({ word }) => word),
  );
  throw usageError(`${option}: there is no kind "${text}"`, {
    lines: near.length === 0 ? [] : [['near', near.join(', ')]],
    hint: 'kinds are written as in kubectl: vs, VirtualService, virtualservices; gateway.networking.istio.io where two groups have one',
  });
}

/** How a kind of nodes is written in an argument, without doubt about its group. */
export function kindArgument(kind: string): string {
  if (kind === 'GatewayApiGateway') return `gateway.${GATEWAY_API}`;
  return kind === 'Gateway' ? 'gateway.networking.istio.io' : kind.toLowerCase();
}
