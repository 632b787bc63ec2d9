import type { KubeObject } from '../kube/object.ts';
import { parseTarget, targetKind } from '../kube/target.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { type MeshscopeError, notFoundError, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import type { CommandContext } from './context.ts';
import { lacks } from './missing.ts';

/**
 * The Service that an argument names: `name`, `name.namespace`, also with `svc/` before it. Without a namespace it is
 * that of `-n`, else the kubeconfig's; in a recording `default` first, then anywhere. Throws not-found with the nearest
 * names.
 */
export async function findService(context: CommandContext, argument: string): Promise<KubeObject> {
  const target = parseTarget(argument);
  if (target.name === '' || (argument.includes('/') && targetKind(target.type)?.kind !== 'Service')) {
    throw usageError(`"${argument}" names no Service`, { hint: 'write SERVICE or SERVICE.NAMESPACE' });
  }
  const source = await context.source();
  const wanted = target.namespace ?? context.globals.namespace ?? source.defaultNamespace;
  // A recording is read whole, to name what stands in other namespaces; a cluster is asked about one.
  const namespace = source.kind === 'cluster' ? wanted : undefined;
  const answer = await source.resources({ group: '', plural: 'services', namespace });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const named = answer.value.filter(({ metadata }) => metadata.name === target.name);
  const found =
    wanted === undefined ? preferred(named) : named.find(({ metadata }) => metadata.namespace === wanted);
  if (found !== undefined) return found;
  const [lack] = lacks(answer);
  throw noSuchService(target.name, wanted, named, answer.value, lack?.reason);
}

function preferred(named: readonly KubeObject[]): KubeObject | undefined {
  const inDefault = named.find(({ metadata }) => metadata.namespace === 'default');
  return inDefault ?? (named.length === 1 ? named[0] : undefined);
}

function written({ metadata }: KubeObject): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`;
}

function noSuchService(
  name: string,
  namespace: string | undefined,
  named: readonly KubeObject[],
  all: readonly KubeObject[],
  lack: string | undefined,
): MeshscopeError {
  if (namespace === undefined && named.length > 1) {
    return usageError(`"${name}" names ${named.length} Services`, {
      lines: [['which', named.map(written).join(', ')]],
      hint: `write ${name}.NAMESPACE`,
    });
  }
  const within = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  const names = nearest(
    name,
    within.map(({ metadata }) => metadata.name),
  );
  const near = [...named, ...names.flatMap((one) => within.filter(({ metadata }) => metadata.name === one))];
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const lines: [string, string][] =
    near.length === 0 ? [] : [['near', near.slice(0, 3).map(written).join(', ')]];
  if (lack !== undefined) lines.unshift(['but', `not all of them are known: ${lack}`]);
  return notFoundError(`no service "${name}"${where}`, { lines, hint: 'kubectl get services -A lists them' });
}
