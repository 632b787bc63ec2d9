import { defineAnalyzer, field, type KubeObject } from '#analysis';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

const MODE = 'istio.io/dataplane-mode';

/** Pods that are in two modes of the mesh, and pods that are in none although they should be. */
export const analyzer = defineAnalyzer({
  name: 'ambient.BothModesAnalyzer',
  description: 'Checks that pods in ambient mode are redirected to a ztunnel and have no sidecar.',
  inputs: ['Deployment', 'Namespace', 'Pod'],
  messages,
  codes: ['MSH0018', 'MSH0054'],
  scope: 'mesh',
  analyze: (context) => {
    for (const pod of onePodPerWorkload(context.select('Pod', []))) {
      const { namespace: name = '' } = pod.metadata;
      const namespace = context.get('Namespace', undefined, name);
      const own = pod.metadata.labels?.[MODE];
      if ((own ?? namespace?.metadata.labels?.[MODE]) !== 'ambient') continue;
      const role = podRole(pod, namespace);
      const workload = workloadName(pod);
      const where = own === 'ambient' ? 'its own label' : `the label of namespace ${name}`;
      // What only a template is known of has the name of its Deployment.
      const resource = isRunning(pod) ? pod : context.get('Deployment', name, pod.metadata.name);
      if (resource === undefined) continue;
      const at = { resource, path: ['metadata', 'name'] };
      if (role === 'sidecar') context.report('MSH0018', { workload, where }, at);
      else if (role === 'outside' && isRunning(pod) && field(pod, 'spec', 'hostNetwork') !== true)
        context.report('MSH0054', { workload }, at);
    }
  },
});

function isRunning(pod: KubeObject): boolean {
  return field(pod, 'status', 'phase') === 'Running';
}
