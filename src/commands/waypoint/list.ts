import { type WaypointList, waypointList } from '../../answers/waypoint-list.ts';
import { defineCommand } from '../../cli/command.ts';
import { waypointGateways } from '../../cli/waypoint-gateways.ts';
import type { CompatWaypoints } from '../../report/compat/waypoint.ts';
import type { Reporter } from '../../report/reporter.ts';

type Answer = WaypointList & CompatWaypoints;

/** What only the reference's text needs is no part of the data. */
async function dataOnly(load: () => Promise<Reporter<unknown>>): Promise<Reporter<Answer>> {
  const report = await load();
  return ({ hasGateways: _, ...list }, options) => report(list, options);
}

export const command = defineCommand({
  name: 'waypoint list',
  description: 'Lists the waypoints: what traffic each is for, and what istiod says of it.',
  args: [],
  options: {},
  examples: [
    { command: 'meshscope waypoint list --from demo-ambient', explains: 'waypoints of all namespaces' },
    {
      command: 'meshscope waypoint list -n clinic -o json --from demo-ambient',
      explains: 'those of one, as JSON',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  run: async (_input, context): Promise<Answer> => {
    const { waypoints, hasGateways, namespace } = await waypointGateways(context);
    return { ...waypointList(waypoints, namespace), hasGateways };
  },
  reporters: {
    table: () => import('../../report/waypoint-list.ts').then((module) => module.table),
    json: () => dataOnly(() => import('../../report/json.ts').then((module) => module.json)),
    yaml: () => dataOnly(() => import('../../report/yaml.ts').then((module) => module.yaml)),
  },
  compatReporters: {
    table: () => import('../../report/compat/waypoint.ts').then((module) => module.compatList),
  },
});
