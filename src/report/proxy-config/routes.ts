import type { RouteConfigRow, RouteRow, RoutesAnswer, VirtualHostRow } from '../../answers/routes.ts';
import { ownerText } from '../../envoy/owner.ts';
import type { PathMatch, RouteAction, RoutePolicy } from '../../envoy/route.ts';
import { type Cell, longTable } from '../long-table.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { markSymbol, styleFor } from '../style.ts';
import { countLine } from './count-line.ts';
import { targetsText } from './targets.ts';

/** How much a route table shows. */
export interface RoutesView {
  /** One line a route instead of one a route configuration. */
  readonly verbose: boolean;
}

/** Our route table: routes to clusters that the proxy lacks first, then every route with its whole match and action. */
export function routesTable(answer: RoutesAnswer, options: ReportOptions, verbose: boolean): string {
  const foot = countLine('route configuration', answer.rows.length, answer.total, options);
  if (answer.rows.length === 0) return foot;
  if (!verbose) {
    const rows = answer.rows.map((row) => [row.name || '(no name)', String(row.virtualHosts.length)]);
    return `${longTable(['NAME', 'VIRTUAL HOSTS'], rows, options)}${foot}`;
  }
  const lines = answer.rows.flatMap((config) =>
    config.virtualHosts.flatMap((host) => hostLines(config, host, options)),
  );
  const rows = [...lines.filter((line) => line.bad), ...lines.filter((line) => !line.bad)];
  const header = ['', 'NAME', 'DOMAINS', 'MATCH', 'ACTION', 'POLICY', 'FROM'];
  return `${longTable(
    header,
    rows.map((line) => line.cells),
    options,
  )}${foot}`;
}

interface Line {
  readonly bad: boolean;
  readonly cells: readonly Cell[];
}

function hostLines(config: RouteConfigRow, { host, routes }: VirtualHostRow, options: ReportOptions): Line[] {
  const place = [config.name || '(no name)', domainsText(host.domains)];
  if (routes.length === 0) return [{ bad: false, cells: ['', ...place, '/*', '404 (no routes)', '', ''] }];
  const style = styleFor(options.color);
  return routes.map((route) => {
    const bad = route.missingClusters.length > 0;
    const symbol: Cell = bad ? { text: '✖', paint: () => markSymbol('bad', style) } : '';
    const from = route.owner === undefined ? '' : ownerText(route.owner);
    return {
      bad,
      cells: [symbol, ...place, matchText(route), actionText(route), policyText(route.policy), from],
    };
  });
}

/** The first of a virtual host's domains and how many more it has. */
export function domainsText(domains: readonly string[]): string {
  const [first = '(none)', ...more] = domains;
  return more.length === 0 ? first : `${first} + ${more.length}`;
}

function matchText(route: RouteRow): string {
  return [pathText(route.path), ...route.conditions.map((condition) => condition.text)].join(' ');
}

/** A path match in words: `/api*`, `/exact`, `/segment/…`, `~regex`. */
export function pathText(path: PathMatch): string {
  switch (path.kind) {
    case 'prefix':
      return `${path.value}*`;
    case 'path':
      return path.value;
    case 'path-prefix':
      return `${path.value}[/*]`;
    case 'regex':
      return `~${path.value}`;
    case 'template':
      return `template ${path.value}`;
    case 'connect':
      return 'CONNECT';
    case 'any':
      return 'any path';
  }
}

function actionText(route: RouteRow): string {
  const text = routeActionText(route.action);
  if (route.missingClusters.length === 0) return text;
  return `${text}: the proxy has no cluster ${route.missingClusters.join(', ')}, requests get 503 NC`;
}

/** A route's action in words. */
export function routeActionText(action: RouteAction): string {
  switch (action.kind) {
    case 'cluster':
      return targetsText(action.targets);
    case 'cluster-header':
      return `the cluster named by header ${action.header}`;
    case 'redirect':
      return `redirect ${action.status} to ${action.to}`;
    case 'direct':
      return `answers ${action.status}${action.body ? ` "${action.body.slice(0, 40)}"` : ''}`;
    case 'other':
      return action.name;
  }
}

function policyText(policy: RoutePolicy): string {
  const parts: string[] = [];
  if (policy.timeout !== undefined && policy.timeout !== '0s') parts.push(`timeout ${policy.timeout}`);
  if (policy.retries !== undefined) {
    const each = policy.perTryTimeout === undefined ? '' : ` of ${policy.perTryTimeout}`;
    parts.push(`${policy.retries} ${policy.retries === 1 ? 'retry' : 'retries'}${each}`);
  }
  return parts.join(', ');
}

/** Reports routes in our table. */
export const routesReport = eachProxy((answer: RoutesAnswer & RoutesView, options) =>
  routesTable(answer, options, answer.verbose),
);
