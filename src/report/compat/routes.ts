import type { RouteConfigRow, RouteRow, RoutesAnswer, VirtualHostRow } from '../../answers/routes.ts';
import { compatRouteMatch, matchOf } from '../../envoy/chain-text.ts';
import { compatOwnerCell } from '../../envoy/owner.ts';
import { field } from '../../util/json.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import type { RoutesView } from '../proxy-config/routes.ts';
import { tabwriterTable } from '../tabwriter.ts';

/** The reference's route table: one line a route, or without `verbose` one a route configuration. */
export function compatRoutes(answer: RoutesAnswer, options: { verbose: boolean; prefix?: boolean }): string {
  if (answer.total === 0) return 'no routes found\n';
  const configs = answer.rows.filter((row) => row.state !== 'rejected');
  const name = (config: RouteConfigRow): string => `${options.prefix ? 'route/' : ''}${config.name}`;
  if (!options.verbose) {
    const rows = configs.map((config) => [name(config), String(config.virtualHosts.length)]);
    return tabwriterTable([['NAME', 'VIRTUAL HOSTS'], ...rows], 5);
  }
  const header = ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'];
  const rows = configs.flatMap((config) =>
    config.virtualHosts.flatMap((host) => hostLines(host).map((line) => [name(config), ...line])),
  );
  return tabwriterTable([header, ...rows], 5);
}

function hostLines({ host, routes }: VirtualHostRow): string[][] {
  const domains = compatDomains(host.domains);
  if (host.routes.length === 0) return [[host.name, domains, '/*', '404']];
  return routes
    .filter((route) => !isPassthrough(route))
    .map(({ message }) => [host.name, domains, compatRouteMatch(matchOf(message)), compatOwnerCell(message)]);
}

function isPassthrough(row: RouteRow): boolean {
  return field(row.message, 'route', 'cluster') === 'PassthroughCluster';
}

/** The DOMAINS cell: without ports and without the shorter names of a service, the first two and how many more. */
export function compatDomains(domains: readonly string[]): string {
  if (domains.length <= 1) return domains[0] ?? '';
  const all = new Set(domains);
  const kept = domains.filter((domain) => !hasPort(domain) && !hasShorterForm(domain, all));
  if (kept.length <= 2) return kept.join(', ');
  return `${kept.slice(0, 2).join(', ')} + ${kept.length - 2} more...`;
}

function hasPort(domain: string): boolean {
  if (!domain.includes(':')) return false;
  const bareIpv6 = domain.split(':').length - 1 > 2 && domain.endsWith(']');
  return !bareIpv6;
}

function hasShorterForm(domain: string, all: ReadonlySet<string>): boolean {
  const short = ['.svc.cluster.local', '.svc'].find((suffix) => domain.endsWith(suffix));
  return short !== undefined && all.has(domain.slice(0, -short.length));
}

/** Reports routes in the reference's table. */
export const compatRoutesReport = eachProxyCompat((answer: RoutesAnswer & RoutesView) =>
  compatRoutes(answer, answer),
);
