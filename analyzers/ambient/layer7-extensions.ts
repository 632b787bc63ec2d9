import { defineAnalyzer, equalitySelector, field } from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { workloadName } from '#mesh/pod-groups';
import { hasTargetRefs } from '#mesh/selects';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

/** What each kind does, and what becomes of it. */
const KINDS = {
  WasmPlugin: { what: 'running a WasmPlugin', effect: 'it is not run' },
  Telemetry: { what: 'changing telemetry', effect: 'metrics and logs of the ztunnel stay as they are' },
} as const;

/** Extensions and telemetry for workloads where no Envoy is. */
export const analyzer = defineAnalyzer({
  name: 'ambient.Layer7ExtensionsAnalyzer',
  description: 'Checks that extensions and telemetry are for workloads with a sidecar or for a waypoint.',
  inputs: ['MeshConfig', 'Namespace', 'Pod', 'Telemetry', 'WasmPlugin'],
  messages,
  codes: ['MSH0016'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    for (const kind of ['WasmPlugin', 'Telemetry'] as const) {
      for (const resource of context.all(kind)) {
        const { namespace = '' } = resource.metadata;
        // One of the root namespace is meant for all the sidecars and gateways of the mesh.
        if (namespace === root || hasTargetRefs(resource)) continue;
        const selector = equalitySelector(field(resource, 'spec', 'selector', 'matchLabels'));
        const own = context.get('Namespace', undefined, namespace);
        const pods = context.select('Pod', selector, namespace);
        const [first] = pods;
        if (first === undefined || !pods.every((pod) => podRole(pod, own) === 'ztunnel')) continue;
        const args = { ...KINDS[kind], workload: workloadName(first) };
        context.report('MSH0016', args, { resource, path: ['spec'] });
      }
    }
  },
});
