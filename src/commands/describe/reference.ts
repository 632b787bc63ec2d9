import { type DescribeAnswer, type ReferenceInput, referenceUse } from '../../answers/describe/reference.ts';
import { envoyPage } from '../../cli/admin-page.ts';
import type { CommandContext } from '../../cli/context.ts';
import { readMeshObjects } from '../../cli/mesh-objects.ts';
import { type ConfigDump, openDumpBytes } from '../../envoy/dump.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podPhase, podRef } from '../../kube/pod.ts';
import type { PodRef } from '../../kube/pod-ref.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { selectsPod } from '../../kube/service-pods.ts';
import { MeshscopeError, notFoundError } from '../../util/errors.ts';

/** Whether the reference's text is asked for. */
export function wantsReference(context: CommandContext): boolean {
  return context.globals.compat && context.format === 'table';
}

/** What the reference reads to describe a pod. An Envoy that can't be asked is noted as a gap. */
export async function podReference(
  context: CommandContext,
  ref: PodRef,
  ignoreUnmeshed: boolean,
): Promise<DescribeAnswer<never>> {
  const { objects } = await readMeshObjects(context, ref);
  const pod = objects.find('pods', ref.namespace, ref.name);
  if (pod === undefined) throw notFoundError(`pod ${ref.name}.${ref.namespace} is not at hand`);
  // A ztunnel answers on the same port, with nothing that is looked for.
  const isZtunnel = proxyPod(pod)?.type === 'ztunnel';
  const own = isZtunnel ? NOT_ASKED : await dumpOf(context, ref, ignoreUnmeshed);
  const ingress = await ingressOf(context, objects.all('pods'), ref.cluster);
  return {
    kind: 'reference',
    input: {
      form: 'pod',
      namespace: await currentNamespace(context),
      pod,
      services: objects.all('services').filter((service) => selectsPod(service, pod)),
      selected: [],
      podLabels: [pod.metadata.labels ?? {}],
      dump: own.dump,
      stopped: own.stopped,
      ingress,
      objects,
      ignoreUnmeshed,
    },
  };
}

/** What the reference reads to describe a service: the dump of its first usable pod. */
export async function serviceReference(
  context: CommandContext,
  service: KubeObject,
  ignoreUnmeshed: boolean,
): Promise<DescribeAnswer<never>> {
  const { objects } = await readMeshObjects(context, { namespace: service.metadata.namespace ?? '' });
  const selected = objects.all('pods').filter((pod) => selectsPod(service, pod));
  const usable = selected.filter((pod) => referenceUse(pod) === 'usable');
  const [pod] = usable;
  const own = pod === undefined ? NOT_ASKED : await dumpOf(context, podRef(pod), ignoreUnmeshed);
  const input: ReferenceInput = {
    form: 'service',
    namespace: await currentNamespace(context),
    pod,
    services: [service],
    selected,
    podLabels: usable.map(({ metadata }) => metadata.labels ?? {}),
    dump: own.dump,
    stopped: own.stopped,
    ingress: pod === undefined ? [] : await ingressOf(context, objects.all('pods'), undefined),
    objects,
    ignoreUnmeshed,
  };
  return { kind: 'reference', input };
}

async function currentNamespace(context: CommandContext): Promise<string> {
  return context.globals.namespace ?? (await context.source()).defaultNamespace ?? 'default';
}

type OwnDump = Pick<ReferenceInput, 'dump' | 'stopped'>;

const NOT_ASKED: OwnDump = { dump: undefined, stopped: false };

async function dumpOf(context: CommandContext, ref: PodRef, ignoreUnmeshed: boolean): Promise<OwnDump> {
  try {
    const { bytes, label } = await envoyPage(context, ref, 'config_dump');
    return { dump: await openDumpBytes(bytes, label), stopped: false };
  } catch (error) {
    if (!(error instanceof MeshscopeError)) throw error;
    if (!ignoreUnmeshed) {
      context.gap({
        what: `config_dump of ${ref.name}.${ref.namespace}`,
        why: error.message,
        next: error.hint,
      });
    }
    return { dump: undefined, stopped: !ignoreUnmeshed };
  }
}

/** The reference knows gateways by this label alone. */
async function ingressOf(
  context: CommandContext,
  pods: readonly KubeObject[],
  cluster: string | undefined,
): Promise<ReferenceInput['ingress']> {
  const found = pods.filter(
    (pod) => pod.metadata.labels?.['istio'] === 'ingressgateway' && podPhase(pod) === 'Running',
  );
  const read: { pod: KubeObject; dump: ConfigDump }[] = [];
  for (const pod of found) {
    const { bytes, label } = await envoyPage(context, { ...podRef(pod), cluster }, 'config_dump');
    read.push({ pod, dump: await openDumpBytes(bytes, label) });
  }
  return read;
}
