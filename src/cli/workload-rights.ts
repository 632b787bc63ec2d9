import type { GlobalValues } from './global-options.ts';
import { lists } from './object-rights.ts';
import type { Right, Rights } from './rights.ts';

/** Options that decide what is read for a workload's files. */
export interface WorkloadEntryWords {
  readonly file: string | undefined;
  readonly clusterID: string | undefined;
  readonly ingressIP: string | undefined;
  readonly ingressService: string | undefined;
}

/** What making the files of a WorkloadGroup's workloads reads. A group in a file may be of another namespace than `-n`. */
export function workloadEntryRights(
  { file, clusterID, ingressIP, ingressService }: WorkloadEntryWords,
  { revision }: GlobalValues,
): Rights {
  const suffix = revision === undefined || revision === 'default' ? '' : `-${revision}`;
  const names = [`istio${suffix}`, ...(clusterID === undefined ? [`istio-sidecar-injector${suffix}`] : [])];
  const root: Right = { group: '', resource: 'configmaps', names: ['istio-ca-root-cert'], in: 'default' };
  const [, namespace] = ingressService?.split('.') ?? [];
  return {
    scope: 'none',
    reads: [
      ...(file === undefined ? lists('default', 'networking.istio.io', 'workloadgroups') : []),
      ...(revision === undefined
        ? lists('cluster', 'admissionregistration.k8s.io', 'mutatingwebhookconfigurations')
        : []),
      ...names.map(
        (name): Right => ({ group: '', resource: 'configmaps', names: [name], in: 'control-plane' }),
      ),
      root,
      ...(ingressIP === undefined
        ? lists(namespace === undefined ? 'control-plane' : { namespace }, '', 'services')
        : []),
    ],
    ...(file === undefined
      ? {}
      : { note: 'The namespace is that of -n; give it where the file has another.' }),
  };
}
