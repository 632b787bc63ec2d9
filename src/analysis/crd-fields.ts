import type { KubeObject } from '../kube/object.ts';
import { asArray, asObject, field, type JsonObject } from '../util/json.ts';
import type { FieldPath } from './finding.ts';

/** The fields that CRDs have, for those that our own table lacks: they are of another version of Istio. */
export class CrdFields {
  readonly #crds: () => readonly KubeObject[];
  #schemas: ReadonlyMap<string, unknown> | undefined;

  /** `crds` is asked when the first field is looked for. */
  constructor(crds: () => readonly KubeObject[]) {
    this.#crds = crds;
  }

  /** Whether the CRD of a resource's kind has the field at a path. */
  has({ apiVersion, kind }: KubeObject, path: FieldPath): boolean {
    this.#schemas ??= new Map(this.#crds().flatMap(schemasOf));
    let schema = asObject(this.#schemas.get(`${apiVersion}/${kind}`));
    for (const step of path) {
      if (schema === undefined) return false;
      if (schema['x-kubernetes-preserve-unknown-fields'] === true) return true;
      schema = below(schema, step);
    }
    return schema !== undefined;
  }
}

function below(schema: JsonObject, step: string | number): JsonObject | undefined {
  if (typeof step === 'number') return asObject(schema['items']);
  return asObject(field(schema, 'properties', step)) ?? asObject(schema['additionalProperties']);
}

function schemasOf(crd: KubeObject): (readonly [string, unknown])[] {
  const group = field(crd, 'spec', 'group');
  const kind = field(crd, 'spec', 'names', 'kind');
  return asArray(field(crd, 'spec', 'versions')).map((version) => [
    `${String(group)}/${String(field(version, 'name'))}/${String(kind)}`,
    field(version, 'schema', 'openAPIV3Schema'),
  ]);
}
