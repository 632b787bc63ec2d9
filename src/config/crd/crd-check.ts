import type { KubeObject } from '../../kube/object.ts';
import { asArray, asObject, asString, field } from '../../util/json.ts';
import { CelRules } from './cel-rules.ts';
import { judgeShape } from './judge-shape.ts';
import type { Refusal } from './refusal.ts';
import { type Schema, stored } from './structural.ts';

/** CRDs as the judges of resources. */
export interface CrdCheck {
  /** What the API server would refuse a resource for, or drop of it; nothing for kinds without a CRD here. */
  refused(object: KubeObject): readonly Refusal[];
  /** Rules that could not be evaluated so far, each with the reason. */
  unevaluated(): readonly string[];
}

/** Makes the CRDs among `crds` judge resources in the versions that they serve. */
export function createCrdCheck(crds: readonly KubeObject[]): CrdCheck {
  const schemas = new Map(crds.flatMap(schemasOf));
  const rules = new CelRules();
  return {
    refused: (object) => {
      const schema = schemas.get(`${object.apiVersion}/${object.kind}`);
      if (schema === undefined) return [];
      // What stands in status is dropped with the first write, and never judged with it.
      const { apiVersion, kind, metadata, status: _, ...content } = object;
      const refusals: Refusal[] = [];
      const value = stored(schema, content, [], refusals);
      judgeShape(schema, value, [], refusals);
      // The API server asks the rules only when the shape is right.
      if (refusals.every(({ isPruned }) => isPruned))
        rules.check(schema, { ...asObject(value), apiVersion, kind, metadata }, refusals);
      return refusals;
    },
    unevaluated: () =>
      [...rules.unevaluated].map(([rule, reason]) => `${rule.replace(/\s+/g, ' ')} (${reason})`),
  };
}

function schemasOf(crd: KubeObject): (readonly [string, Schema])[] {
  const group = asString(field(crd, 'spec', 'group')) ?? '';
  const kind = asString(field(crd, 'spec', 'names', 'kind')) ?? '';
  return asArray(field(crd, 'spec', 'versions')).flatMap((version) => {
    const schema = asObject(field(version, 'schema', 'openAPIV3Schema'));
    const isServed = field(version, 'served') !== false;
    // A schema without fields is a stub of a CRD: the real one would have them.
    if (schema === undefined || !isServed || asObject(schema['properties']) === undefined) return [];
    return [[`${group}/${String(field(version, 'name'))}/${kind}`, ofContent(schema)] as const];
  });
}

/** Kind, version and metadata are not the CRD's to judge; the status is the controller's. */
function ofContent(schema: Schema): Schema {
  const {
    apiVersion: _,
    kind: __,
    metadata: ___,
    status: ____,
    ...properties
  } = asObject(schema['properties']) ?? {};
  return { ...schema, type: 'object', properties };
}
