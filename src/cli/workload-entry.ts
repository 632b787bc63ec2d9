import { asString, field } from '../util/json.ts';
import type { CommandContext } from './context.ts';

/**
 * The line of an error about a pod that does not exist, when a WorkloadEntry has that name: its Envoy runs outside
 * Kubernetes. None when there is no such WorkloadEntry or it can't be read.
 */
export async function workloadEntryLines(
  context: CommandContext,
  name: string,
  namespace: string | undefined,
): Promise<readonly (readonly [string, string])[]> {
  const source = await context.source();
  const query = { group: 'networking.istio.io', plural: 'workloadentries', namespace, name };
  const answer = await source.resources(query);
  const [entry] = answer.ok ? answer.value : [];
  if (entry === undefined) return [];
  const address = asString(field(entry, 'spec', 'address'));
  const where = address === undefined ? '' : ` at ${address}`;
  const id = `${entry.metadata.namespace ?? ''}/${name}`;
  const way = source.kind === 'cluster' ? '; --ssh user@HOST or --admin-url asks its Envoy' : '';
  return [['but', `there is a WorkloadEntry ${id}${where}, a machine outside Kubernetes${way}`]];
}
