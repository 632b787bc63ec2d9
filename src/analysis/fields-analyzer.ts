import { checkMeshFields, checkResourceFields, RESOURCE_KINDS } from '../config/schema/check-resource.ts';
import type { FieldFault, FieldProblem } from '../config/schema/field-problem.ts';
import { findKind } from '../config/served-kinds.ts';
import { validateResource } from '../config/validation/validate-resource.ts';
import type { KubeObject } from '../kube/object.ts';
import { kindOf } from '../mesh/kinds.ts';
import { type AnalysisContext, type Analyzer, defineAnalyzer } from './analyzer.ts';
import { CrdFields } from './crd-fields.ts';
import { FIELD_MESSAGES } from './field-messages.ts';
import type { FieldPath } from './finding.ts';

const CODES = {
  'unknown-field': 'MSH0060',
  'wrong-type': 'MSH0061',
  'unknown-value': 'MSH0062',
  'one-of': 'MSH0063',
  'missing-field': 'MSH0064',
  'out-of-range': 'MSH0065',
  deprecated: 'MSH0067',
} as const satisfies Record<FieldFault, string>;

const MESH_KINDS = ['MeshConfig', 'MeshNetworks'] as const;
/** Kinds of others whose CRDs often are at hand. */
const BY_CRD_ALONE = ['GatewayApiGateway', 'GRPCRoute', 'HTTPRoute'] as const;
const INPUTS = [...RESOURCE_KINDS, ...MESH_KINDS, ...BY_CRD_ALONE, 'CustomResourceDefinition'] as const;

type FieldCode = keyof typeof FIELD_MESSAGES;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof FIELD_MESSAGES, FieldCode>;

/**
 * The analyzer that compares the fields of resources with the schema: our own table of Istio's API and, where they are
 * at hand, the CRDs that the API server judges by. A field that the table does not know but the CRD does is of another
 * version of Istio, and right.
 */
export function fieldsAnalyzer(): Analyzer {
  return defineAnalyzer({
    name: 'schema.FieldsAnalyzer',
    description:
      'Checks every field of the resources of Istio, and of what has a CRD at hand: its name, type, value and range.',
    inputs: INPUTS,
    optionalInputs: INPUTS,
    messages: FIELD_MESSAGES,
    codes: Object.keys(FIELD_MESSAGES) as readonly FieldCode[],
    scope: 'object',
    analyze: (context) => {
      const known = new CrdFields(() => context.all('CustomResourceDefinition'));
      for (const kind of RESOURCE_KINDS)
        for (const resource of context.all(kind))
          judge(
            context,
            resource,
            [...versionProblem(resource), ...checkResourceFields(kind, resource)],
            known,
          );
      for (const kind of BY_CRD_ALONE)
        for (const resource of context.all(kind)) judge(context, resource, [], known);
      for (const kind of MESH_KINDS)
        for (const resource of context.all(kind))
          for (const { fault, text, path } of checkMeshFields(kind, resource))
            context.report(
              fault === 'unknown-field' ? 'MSH0068' : CODES[fault],
              { problem: text },
              { resource, path },
            );
    },
  });
}

/** A version of the API that was never served: the API server knows no such kind. */
function versionProblem({ apiVersion, kind }: KubeObject): readonly FieldProblem[] {
  const found = findKind(apiVersion, kind);
  if (found === undefined || found.isServed) return [];
  const { group, versions } = found.served;
  const text = `there is no ${kind} of "${apiVersion}": there can be ${versions.map((one) => `"${group}/${one}"`).join(', ')}`;
  return [{ fault: 'unknown-value', text, path: ['apiVersion'] }];
}

function judge(
  context: Context,
  resource: KubeObject,
  problems: readonly FieldProblem[],
  known: CrdFields,
): void {
  const said: FieldPath[] = [];
  for (const { fault, text, path } of problems) {
    if (fault === 'unknown-field' && known.has(resource, path)) continue;
    if (path[0] === 'apiVersion' && known.has(resource, [])) continue;
    if (fault !== 'deprecated') said.push(path);
    context.report(CODES[fault], { problem: text }, { resource, path });
  }
  const refusals = context.refused(resource);
  if (refusals.length === 0) return;
  const kind = RESOURCE_KINDS.find((one) => one === kindOf(resource));
  const rules = kind === undefined ? [] : validateResource(kind, resource);
  said.push(...rules.filter(({ level }) => level === 'error').map(({ path }) => path));
  for (const { text, path, isPruned } of refusals)
    if (!said.some((one) => isSamePlace(path, one)))
      context.report(isPruned === true ? 'MSH0060' : 'MSH0066', { problem: text }, { resource, path });
}

/**
 * Whether a CRD speaks of what was said already: of the same field, or of one around it (its rules stand at the list
 * or map that they are about). What stands at the spec as a whole may be about anything.
 */
function isSamePlace(path: FieldPath, said: FieldPath): boolean {
  if (path.length > said.length || (path.length < 2 && said.length >= 2)) return false;
  return path.every((step, index) => step === said[index]);
}
