import { describeService, type ServiceDescription } from '../../answers/describe/service.ts';
import { PROXY_ADMIN_PORT } from '../../cli/admin-port.ts';
import { defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { readMeshObjects } from '../../cli/mesh-objects.ts';
import { flag } from '../../cli/options.ts';
import { findService } from '../../cli/service-argument.ts';
import { usageError } from '../../util/errors.ts';
import { proxyRows, waypointProxies } from './proxies.ts';

export const command = defineCommand({
  name: 'describe service',
  description:
    'Shows a Service with its pods, ports and protocols, what callers send and what the pods accept, the routes and gateways that lead to it, and what is wrong with any of that.',
  args: [{ name: 'service', description: 'SERVICE or SERVICE.NAMESPACE' }],
  options: {
    ignoreUnmeshed: flag(
      '--ignoreUnmeshed',
      'accepted for scripts; a Service outside the mesh is no problem',
    ),
    proxyAdminPort: PROXY_ADMIN_PORT,
  },
  examples: [
    {
      command: 'meshscope describe service ledger.payments --from demo',
      explains: 'a Service whose callers fail',
    },
    { command: 'meshscope describe svc cart -n shop --from demo', explains: 'a Service of namespace shop' },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  validate: ({ args }) => {
    if (args.length === 1) return;
    throw usageError(`expecting one service name, found: ${args.length}`, {
      hint: 'meshscope describe service SERVICE.NAMESPACE',
    });
  },
  run: ({ args }, context) => run(args[0] ?? '', context),
  reporters: {
    table: () => import('../../report/describe/service.ts').then((module) => module.serviceReport),
    json: () => import('../../report/json.ts').then((module) => module.json),
    yaml: () => import('../../report/yaml.ts').then((module) => module.yaml),
  },
});

async function run(argument: string, context: CommandContext): Promise<ServiceDescription> {
  const service = await findService(context, argument);
  const { objects, only } = await readMeshObjects(context, { namespace: service.metadata.namespace ?? '' });
  const rowOf = await proxyRows(context, only);
  const waypointProxy = await waypointProxies(context, [service], objects, rowOf);
  return describeService({ service, objects, rowOf, waypointProxy, only });
}
