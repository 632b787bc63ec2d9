import type { ClusterEnd, PathEndpoint } from '../../answers/path-cluster.ts';
import type { ProxyPath } from '../../answers/proxy-path.ts';
import { hostPortText } from '../../envoy/address.ts';
import { clusterTitle } from '../../envoy/cluster-name.ts';
import { ownerText } from '../../envoy/owner.ts';
import type { PathRequest } from '../../envoy/path/request.ts';
import { pathMatchOf, routeConditions } from '../../envoy/route.ts';
import { escapeLine } from '../../util/text.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markSymbol, styleFor } from '../style.ts';
import { pathText, routeActionText } from './routes.ts';

const MARK: Readonly<Record<ProxyPath['end']['outcome'], Mark>> = {
  forwarded: 'good',
  answered: 'good',
  lost: 'bad',
  doubtful: 'warn',
  unknown: 'unknown',
};

const ENDPOINTS_SHOWN = 8;

/** The way of a request as one tree, its end first. */
export function pathTree(
  answer: { readonly proxy: string; readonly path: ProxyPath },
  options: ReportOptions,
): string {
  const { path } = answer;
  const style = styleFor(options.color);
  const lines = [
    `${markSymbol(MARK[path.end.outcome], style)} ${style.strong(escapeLine(path.end.text))}`,
    escapeLine(`  ${answer.proxy}: ${requestText(path.request)}`),
  ];
  for (const [depth, step] of steps(path).entries()) {
    lines.push(`  ${'   '.repeat(depth)}└─ ${style.faint(step.label)} ${escapeLine(step.text)}`);
  }
  const depth = steps(path).length;
  for (const cluster of path.clusters)
    lines.push(...clusterLines(cluster, path.clusters.length > 1, depth, options));
  if (path.unsure.length > 0) {
    const routes = path.unsure.join(', ');
    lines.push(
      `  ${markSymbol('unknown', style)} earlier routes can't be judged from a dump and may take it: ${routes}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** `GET http://cart/ to 10.96.0.7:80`; for other protocols only where the connection goes. */
function requestText(request: PathRequest): string {
  const goal = hostPortText(request.ip ?? request.host, request.port);
  if (request.protocols.some((protocol) => /http|h2/.test(protocol))) {
    return `${request.method} http${request.tls ? 's' : ''}://${request.authority}${request.path} to ${goal}`;
  }
  const sni = request.sni === undefined ? '' : ` (SNI ${request.sni})`;
  return `${request.tls ? `TLS${sni}` : 'TCP'} connection to ${goal}`;
}

interface Step {
  readonly label: string;
  readonly text: string;
}

function steps(path: ProxyPath): Step[] {
  const list: Step[] = [];
  if (path.listener) list.push({ label: 'listener', text: `${path.listener.name} (${path.listener.why})` });
  if (path.chain) {
    const name = path.chain.name || 'unnamed';
    list.push({ label: 'filter chain', text: `${name} (${path.chain.match || 'takes all'})` });
  }
  if (path.authorization) {
    const { verdict, text } = path.authorization;
    list.push({ label: 'authorization', text: `${verdict}: ${text}` });
  }
  if (path.routeConfig !== undefined) list.push({ label: 'routes', text: path.routeConfig });
  if (path.virtualHost) {
    list.push({
      label: 'virtual host',
      text: `${path.virtualHost.name} (domain ${path.virtualHost.domain})`,
    });
  }
  const { route } = path;
  if (route) {
    const match = [
      pathText(pathMatchOf(route.match)),
      ...routeConditions(route.match).map(({ text }) => text),
    ].join(' ');
    const from = route.owner ? `, from ${ownerText(route.owner)}` : '';
    const text = `${route.position} of ${route.total}: ${match} → ${routeActionText(route.action)}${from}`;
    list.push({ label: 'route', text });
  }
  return list;
}

function endpointMark({ usable, fit }: PathEndpoint): Mark {
  if (!usable || fit.problem !== undefined) return 'bad';
  return fit.doubt === undefined ? 'good' : 'warn';
}

function clusterLines(end: ClusterEnd, several: boolean, depth: number, options: ReportOptions): string[] {
  const style = styleFor(options.color);
  const indent = `  ${'   '.repeat(depth)}└─ `;
  const share = several ? `${Math.round(end.share * 1000) / 10}% ` : '';
  const facts = [end.tls, end.owner && ownerText(end.owner)].filter((fact) => fact !== undefined).join(', ');
  const trouble = end.problem ?? end.doubt;
  const problem = several && trouble ? `: ${trouble}` : '';
  const title = `${share}${clusterTitle(end.name)}${facts ? ` (${facts})` : ''}${problem}`;
  const lines = [`${indent}${style.faint('cluster')} ${escapeLine(title)}`];
  const sorted = [...end.endpoints].sort((a, b) => Number(a.usable) - Number(b.usable));
  for (const endpoint of sorted.slice(0, ENDPOINTS_SHOWN)) {
    const { fit } = endpoint;
    const mark = markSymbol(endpointMark(endpoint), style);
    const trouble = fit.problem ?? fit.doubt;
    const text = `${endpoint.address} ${endpoint.state}${several && trouble ? `, ${trouble}` : ''}`;
    lines.push(`   ${indent}${style.faint('endpoint')} ${mark} ${escapeLine(text)}`);
  }
  if (sorted.length > ENDPOINTS_SHOWN) lines.push(`   ${indent}and ${sorted.length - ENDPOINTS_SHOWN} more`);
  return lines;
}
