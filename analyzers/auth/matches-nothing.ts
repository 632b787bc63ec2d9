import {
  type AnalysisContext,
  asObjects,
  asString,
  asStrings,
  defineAnalyzer,
  field,
  type KubeObject,
} from '#analysis';
import { messages } from './messages.ts';

type Context = AnalysisContext<'AuthorizationPolicy' | 'MeshConfig', typeof messages, 'MSH0034'>;

/** Fields of a source or operation that have a negative form. */
const SOURCE = [
  'principals',
  'requestPrincipals',
  'namespaces',
  'ipBlocks',
  'remoteIpBlocks',
  'serviceAccounts',
];
const OPERATION = ['hosts', 'ports', 'methods', 'paths'];
/** Every mesh takes this one for its own. */
const DEFAULT_TRUST_DOMAIN = 'cluster.local';
const PRINCIPAL = /^([^/*]+)\/ns\//;

/** Sources and operations that no request can have. */
export const analyzer = defineAnalyzer({
  name: 'auth.MatchesNothingAnalyzer',
  description: 'Checks that the sources and operations of authorization policies can match a request.',
  inputs: ['AuthorizationPolicy', 'MeshConfig'],
  messages,
  codes: ['MSH0034'],
  scope: 'mesh',
  analyze: (context) => {
    const domains = trustDomains(context.all('MeshConfig')[0]);
    for (const policy of context.all('AuthorizationPolicy')) {
      asObjects(field(policy, 'spec', 'rules')).forEach((rule, index) => {
        const path = ['spec', 'rules', index];
        asObjects(rule['from']).forEach((from, at) => {
          checkPairs(context, policy, from['source'], SOURCE, [...path, 'from', at, 'source']);
          checkTrustDomains(context, policy, from['source'], domains, [
            ...path,
            'from',
            at,
            'source',
            'principals',
          ]);
        });
        asObjects(rule['to']).forEach((to, at) => {
          checkPairs(context, policy, to['operation'], OPERATION, [...path, 'to', at, 'operation']);
        });
      });
    }
  },
});

/** The trust domains of the mesh; `undefined` when its configuration names none. */
function trustDomains(meshConfig: KubeObject | undefined): readonly string[] | undefined {
  const own = asString(field(meshConfig, 'trustDomain'));
  if (own === undefined) return undefined;
  return [own, ...asStrings(field(meshConfig, 'trustDomainAliases')), DEFAULT_TRUST_DOMAIN];
}

function checkPairs(
  context: Context,
  resource: KubeObject,
  part: unknown,
  fields: readonly string[],
  path: readonly (string | number)[],
): void {
  for (const name of fields) {
    const wanted = asStrings(field(part, name));
    const negative = `not${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const excluded = asStrings(field(part, negative));
    if (wanted.length === 0 || excluded.length === 0) continue;
    if (!wanted.every((one) => excluded.some((pattern) => takesIn(pattern, one)))) continue;
    const reason = `${negative} takes out all that ${name} lists`;
    context.report('MSH0034', { reason }, { resource, path: [...path, negative] });
  }
}

/** Whether a pattern (exact, `*`, `prefix*`, `*suffix`) takes in everything that another text or pattern does. */
function takesIn(pattern: string, text: string): boolean {
  if (pattern === text || pattern === '*') return true;
  if (pattern.endsWith('*')) return !text.startsWith('*') && text.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') && !text.endsWith('*') && text.endsWith(pattern.slice(1));
}

function checkTrustDomains(
  context: Context,
  resource: KubeObject,
  source: unknown,
  domains: readonly string[] | undefined,
  path: readonly (string | number)[],
): void {
  if (domains === undefined) return;
  for (const [index, principal] of asStrings(field(source, 'principals')).entries()) {
    const domain = PRINCIPAL.exec(principal)?.[1];
    if (domain === undefined || domains.includes(domain)) continue;
    const reason = `no trust domain of the mesh is ${domain}: they are ${[...new Set(domains)].join(', ')}`;
    context.report('MSH0034', { reason }, { resource, path: [...path, index], confidence: 'likely' });
  }
}
