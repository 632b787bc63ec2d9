import type { ProxyConfigAll } from '../../answers/proxy-config-all.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import type { AllView } from '../proxy-config/all.ts';
import { secretTable } from '../secret-table-compat.ts';
import { compatBootstrap } from './bootstrap.ts';
import { compatClusters } from './clusters.ts';
import { compatEds } from './endpoints.ts';
import { compatListeners } from './listeners.ts';
import { compatRoutes } from './routes.ts';

/** The reference's `proxy-config all`: its tables with prefixed names, a blank line between them. */
function compatAll(answer: ProxyConfigAll & AllView): string {
  const { bootstrap, clusters, listeners, routes, secrets, endpoints, verbose } = answer;
  const secretRows = secrets?.rows.map((row) => ({ ...row, name: `secret/${row.name}` }));
  const sections: [string, string | undefined][] = [
    ['BOOTSTRAP', bootstrap && compatBootstrap(bootstrap)],
    ['CLUSTER', clusters && compatClusters(clusters, true)],
    ['LISTENER', listeners && compatListeners(listeners, { verbose, prefix: true })],
    ['ROUTE', routes && compatRoutes(routes, { verbose, prefix: true })],
    ['SECRET', secretRows && secretTable(secretRows)],
    ['ENDPOINTS', compatEds(endpoints, true)],
  ];
  return sections
    .flatMap(([title, text]) => {
      if (text === undefined) return [];
      return [`${answer.withHeaders ? `------ ${title} INFO ------\n` : ''}${text}`];
    })
    .join('\n');
}

/** Reports everything about a proxy in the reference's tables. */
export const compatAllReport = eachProxyCompat(compatAll);
