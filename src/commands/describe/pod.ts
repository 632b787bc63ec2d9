import { describePod, type PodDescription } from '../../answers/describe/pod.ts';
import type { DescribeAnswer } from '../../answers/describe/reference.ts';
import { PROXY_ADMIN_PORT } from '../../cli/admin-port.ts';
import { defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { readMeshObjects } from '../../cli/mesh-objects.ts';
import { describeRights } from '../../cli/object-rights.ts';
import { flag } from '../../cli/options.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import { clusterIdOf } from '../../kube/pod-cluster.ts';
import { selectsPod } from '../../kube/service-pods.ts';
import { ExitCode, notFoundError, usageError } from '../../util/errors.ts';
import { envoyFacts, proxyRows, waypointProxies, ztunnelFacts } from './proxies.ts';
import { podReference, wantsReference } from './reference.ts';

export const command = defineCommand({
  name: 'describe pod',
  description:
    'Says who a pod is, which Services and routes lead to it, what mTLS and policies are in force for it, and what is wrong with any of that.',
  args: [{ name: 'pod', description: 'POD, POD.NAMESPACE, deploy/NAME, svc/NAME …', completes: 'proxy' }],
  options: {
    ignoreUnmeshed: flag('--ignoreUnmeshed', 'do not call it a problem that the pod is not in the mesh'),
    proxyAdminPort: PROXY_ADMIN_PORT,
  },
  examples: [
    {
      command: 'meshscope describe pod deploy/cart-v1.shop --from demo',
      explains: 'a pod, by the workload that it belongs to',
    },
    {
      command: 'meshscope describe pod checkout-v1-76bc87fb69-vx5bv.payments -o json --from demo',
      explains: 'the same facts for a program',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes'],
  rights: (_, globals) => describeRights(globals, true),
  validate: ({ args }) => {
    if (args.length === 1) return;
    throw usageError(`expecting one pod name, found: ${args.length}`, {
      hint: 'meshscope describe pod POD.NAMESPACE',
    });
  },
  run: ({ args, options }, context) => run(args[0] ?? '', options.ignoreUnmeshed, context),
  reporters: {
    table: () => import('../../report/describe/pod.ts').then((module) => module.podReport),
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
): Promise<DescribeAnswer<PodDescription>> {
  const ref = await resolveProxy(context, argument);
  if (wantsReference(context)) return podReference(context, ref, ignoreUnmeshed);
  const { objects, only } = await readMeshObjects(context, ref);
  const pod = objects.find('pods', ref.namespace, ref.name);
  if (pod === undefined) {
    throw notFoundError(`pod ${ref.name}.${ref.namespace} itself is not at hand, only pages of its proxy`, {
      hint: 'meshscope proxy-config all reads those',
    });
  }
  const [rowOf, envoy] = await Promise.all([proxyRows(context, only), envoyFacts(context, ref, pod)]);
  const services = objects.all('services').filter((service) => selectsPod(service, pod));
  const description = describePod({
    pod,
    cluster: ref.cluster ?? clusterIdOf(pod),
    objects,
    envoy,
    ztunnel: await ztunnelFacts(context, ref, pod, objects, rowOf),
    row: rowOf(`${ref.name}.${ref.namespace}`),
    waypointProxy: await waypointProxies(context, [pod, ...services], objects, rowOf),
    only,
    ignoreUnmeshed,
    now: context.now(),
  });
  return { kind: 'ours', description };
}
