import type { KubeObject } from '../../kube/object.ts';
import { nearest } from '../../util/text.ts';
import { type ValidatedKind, validateResource } from '../validation/validate-resource.ts';
import { messageOfKind, TABLE_KINDS, type TableKind } from './api-table.ts';
import { checkFields } from './check-fields.ts';
import type { FieldProblem } from './field-problem.ts';

/** What a resource of Istio has beside its kind and name. */
const TOP: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
/** Kinds that can't do without a spec: the CRDs demand it. */
const NEED_SPEC: ReadonlySet<TableKind> = new Set([
  'ServiceEntry',
  'TrafficExtension',
  'WasmPlugin',
  'WorkloadEntry',
  'WorkloadGroup',
]);
const OF_THE_MESH: ReadonlySet<TableKind> = new Set(['MeshConfig', 'MeshNetworks']);

/** The kinds that have resources, and a table of their fields. */
export const RESOURCE_KINDS = TABLE_KINDS.filter(
  (kind) => !OF_THE_MESH.has(kind),
) as readonly ValidatedKind[];

/**
 * What the schema of Istio's API does not allow in a resource of a kind, in the order in which it is written. What the
 * rules of istiod (`validateResource`) say of the same field is not said again.
 */
export function checkResourceFields(kind: ValidatedKind, object: KubeObject): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const key of Object.keys(object)) {
    if (TOP.includes(key)) continue;
    const [near] = nearest(key, TOP, 1);
    const meant = near === undefined ? 'fields stand below spec' : `did you mean "${near}"?`;
    const text = `there is no field "${key}" at the top of a resource: ${meant}`;
    problems.push({ fault: 'unknown-field', text, path: [key] });
  }
  const spec = object['spec'];
  if (spec !== undefined && spec !== null)
    problems.push(...checkFields(messageOfKind(kind), spec, ['spec'], false));
  else if (NEED_SPEC.has(kind))
    problems.push({ fault: 'missing-field', text: 'the field "spec" is missing', path: ['spec'] });
  return problems.length === 0 ? problems : withoutSaid(problems, kind, object);
}

/** The same of MeshConfig and MeshNetworks, as istiod reads them. */
export function checkMeshFields(
  kind: 'MeshConfig' | 'MeshNetworks',
  object: KubeObject,
): readonly FieldProblem[] {
  const { apiVersion: _, kind: __, metadata: ___, ...content } = object;
  return checkFields(messageOfKind(kind), content, [], true);
}

function withoutSaid(
  problems: readonly FieldProblem[],
  kind: ValidatedKind,
  object: KubeObject,
): readonly FieldProblem[] {
  const said = new Set(validateResource(kind, object).map(({ path }) => JSON.stringify(path)));
  return problems.filter(({ fault, path, missing }) => {
    if (fault === 'unknown-field' || fault === 'wrong-type') return true;
    if (said.has(JSON.stringify(path))) return false;
    if (missing === undefined) return true;
    return ![path.slice(0, -1), [...path, missing]].some((near) => said.has(JSON.stringify(near)));
  });
}
