import { defineAnalyzer, equalitySelector, field, matchesSelector } from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { hasTargetRefs } from '#mesh/selects';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

const SHOWN = 5;

/** Workloads that any caller reaches, in namespaces where others are protected. */
export const analyzer = defineAnalyzer({
  name: 'auth.UnprotectedAnalyzer',
  description: 'Checks that an authorization policy is for each workload of a namespace that has policies.',
  inputs: ['AuthorizationPolicy', 'MeshConfig', 'Namespace', 'Pod'],
  messages,
  codes: ['MSH0048'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const selectorOf = (policy: unknown) =>
      equalitySelector(field(policy, 'spec', 'selector', 'matchLabels'));
    const ofMesh = context.inNamespace('AuthorizationPolicy', root).filter((one) => !hasTargetRefs(one));
    for (const resource of context.all('Namespace')) {
      const { name } = resource.metadata;
      const all = context.inNamespace('AuthorizationPolicy', name);
      // A policy for a waypoint or service may protect any workload: nothing is said of those namespaces.
      if (name === root || all.length === 0 || all.some(hasTargetRefs)) continue;
      const selectors = [...all, ...ofMesh].map(selectorOf);
      const open = onePodPerWorkload(context.select('Pod', [], name)).filter((pod) => {
        const role = podRole(pod, resource);
        if (role !== 'sidecar' && role !== 'ztunnel') return false;
        return !selectors.some((selector) => matchesSelector(selector, pod.metadata.labels));
      });
      if (open.length === 0) continue;
      const names = open.map(workloadName);
      const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
      const workloads = `${names.slice(0, SHOWN).join(', ')}${more}`;
      context.report('MSH0048', { workloads }, { resource, path: ['metadata', 'name'] });
    }
  },
});
