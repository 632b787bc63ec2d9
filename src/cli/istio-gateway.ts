import type { KubeObject } from '../kube/object.ts';
import { comparePodsForPicking, podRef } from '../kube/pod.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asObject, field } from '../util/json.ts';
import type { CommandContext } from './context.ts';
import { meshResources } from './mesh-resources.ts';

/**
 * The lines of an error about a Gateway of the Gateway API that does not exist, when Istio Gateways have that name: that
 * they do, and which pods serve them. None when there is no such Gateway or it can't be read.
 */
export async function istioGatewayLines(
  context: CommandContext,
  name: string,
  namespace: string | undefined,
): Promise<readonly (readonly [string, string])[]> {
  const source = await context.source();
  const answer = await source.resources({ group: 'networking.istio.io', plural: 'gateways', namespace });
  if (!answer.ok) return [];
  const named = answer.value.filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  return Promise.all(
    named.slice(0, 3).map(async (gateway) => ['but', await servedBy(context, gateway)] as const),
  );
}

/** An Istio Gateway may be served by pods of any namespace. */
async function servedBy(context: CommandContext, gateway: KubeObject): Promise<string> {
  const { name, namespace = '' } = gateway.metadata;
  const labels = asObject(field(gateway, 'spec', 'selector')) ?? {};
  const written = Object.entries(labels).map(([label, value]) => `${label}=${String(value)}`);
  const exists = `there is an Istio Gateway ${namespace}/${name}`;
  if (written.length === 0) return `${exists}, which selects no pods`;
  const serves = `${exists}, served by pods with ${written.join(',')}`;
  const pods = await meshResources(context, { group: '', plural: 'pods' }, [namespace]);
  if (!pods.ok) return serves;
  const selector = equalitySelector(labels);
  const [first] = pods.value
    .filter(({ metadata }) => matchesSelector(selector, metadata.labels))
    .sort(comparePodsForPicking);
  return first === undefined ? `${serves}: none is there` : `${serves}, such as ${proxyId(podRef(first))}`;
}
