import type { DescribeAnswer } from '../../answers/describe/reference.ts';
import { describeService, type ServiceDescription } from '../../answers/describe/service.ts';
import { PROXY_ADMIN_PORT } from '../../cli/admin-port.ts';
import { defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { readMeshObjects } from '../../cli/mesh-objects.ts';
import { describeRights } from '../../cli/object-rights.ts';
import { flag } from '../../cli/options.ts';
import { findService } from '../../cli/service-argument.ts';
import { ExitCode, usageError } from '../../util/errors.ts';
import { proxyRows, waypointProxies } from './proxies.ts';
import { serviceReference, wantsReference } from './reference.ts';

export const command = defineCommand({
  name: 'describe service',
  description:
    'Shows a Service with its pods, ports and protocols, what callers send and what the pods accept, the routes and gateways that lead to it, and what is wrong with any of that.',
  args: [{ name: 'service', description: 'SERVICE or SERVICE.NAMESPACE', completes: 'service' }],
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
  // The reference's text alone asks the Service's first pod.
  rights: (_, globals) => describeRights(globals, globals.compat),
  validate: ({ args }) => {
    if (args.length === 1) return;
    throw usageError(`expecting one service name, found: ${args.length}`, {
      hint: 'meshscope describe service SERVICE.NAMESPACE',
    });
  },
  run: ({ args, options }, context) => run(args[0] ?? '', options.ignoreUnmeshed, context),
  reporters: {
    table: () => import('../../report/describe/service.ts').then((module) => module.serviceReport),
    json: () => import('../../report/describe/data.ts').then((module) => module.describeJson),
    yaml: () => import('../../report/describe/data.ts').then((module) => module.describeYaml),
  },
  compatReporters: {
    table: () => import('../../report/compat/describe/text.ts').then((module) => module.compatDescribeReport),
  },
  exitCode: (answer) => (answer.kind === 'reference' && answer.input.stopped ? ExitCode.no : ExitCode.ok),
});

async function run(
  argument: string,
  ignoreUnmeshed: boolean,
  context: CommandContext,
): Promise<DescribeAnswer<ServiceDescription>> {
  const service = await findService(context, argument);
  if (wantsReference(context)) return serviceReference(context, service, ignoreUnmeshed);
  const { objects, only } = await readMeshObjects(context, { namespace: service.metadata.namespace ?? '' });
  const rowOf = await proxyRows(context, only);
  const waypointProxy = await waypointProxies(context, [service], objects, rowOf);
  const description = describeService({ service, objects, rowOf, waypointProxy, only });
  return { kind: 'ours', description };
}
