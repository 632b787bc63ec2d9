import type { ProxyConfigAll } from '../../answers/proxy-config-all.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { secretsText } from '../secrets.ts';
import { styleFor } from '../style.ts';
import { bootstrapTable } from './bootstrap.ts';
import { clustersTable } from './clusters.ts';
import { edsTable } from './endpoints.ts';
import { listenersTable } from './listeners.ts';
import { routesTable } from './routes.ts';

/** How `proxy-config all` is laid out. */
export interface AllView {
  readonly verbose: boolean;
  readonly withHeaders: boolean;
}

/** Every section of a proxy under its title; sections that the dump lacks are left out (stderr names them). */
function allText(answer: ProxyConfigAll & AllView, options: ReportOptions): string {
  const style = styleFor(options.color);
  const { bootstrap, clusters, listeners, routes, secrets, endpoints, verbose } = answer;
  const sections: [string, string | Iterable<string> | undefined][] = [
    ['BOOTSTRAP', bootstrap && bootstrapTable(bootstrap, options)],
    ['CLUSTERS', clusters && clustersTable(clusters, options)],
    ['LISTENERS', listeners && listenersTable(listeners, options, verbose)],
    ['ROUTES', routes && routesTable(routes, options, verbose)],
    ['SECRETS', secrets && secretsText(secrets.secrets, options)],
    ['ENDPOINTS', endpoints.recorded ? edsTable(endpoints, options) : undefined],
  ];
  return sections
    .flatMap(([title, text]) =>
      text === undefined
        ? []
        : [`${style.strong(title)}\n${typeof text === 'string' ? text : [...text].join('')}`],
    )
    .join('\n');
}

/** Reports everything about a proxy in our tables. */
export const allReport = eachProxy(allText);
