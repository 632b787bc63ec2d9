import type { KubeObject } from '../../kube/object.ts';
import { asArray, asObject, asString, field } from '../../util/json.ts';
import { CelRules } from './cel-rules.ts';
import { compileSchema } from './json-schema.ts';
import type { Refusal } from './refusal.ts';
import { type Schema, stored } from './structural.ts';

/** CRDs as the judges of resources. */
export interface CrdCheck {
  /** What the API server would refuse a resource for, or drop of it; nothing for kinds without a CRD here. */
  refused(object: KubeObject): readonly Refusal[];
  /** Rules that could not be evaluated so far, each with the reason, and schemas that are none. */
  unevaluated(): readonly string[];
}

interface Version {
  readonly schema: Schema;
  readonly crd: string;
  /** Made when the first resource is judged by it. */
  judge?: ReturnType<typeof compileSchema>;
}

/** Makes the CRDs among `crds` judge resources in the versions that they serve. */
export function createCrdCheck(crds: readonly KubeObject[]): CrdCheck {
  const versions = new Map(crds.flatMap(versionsOf));
  const rules = new CelRules();
  const broken = new Map<string, string>();
  return {
    refused: (object) => {
      const version = versions.get(`${object.apiVersion}/${object.kind}`);
      if (version === undefined) return [];
      const judge = judgeOf(version, broken);
      const { apiVersion, kind, metadata, ...content } = object;
      const refusals: Refusal[] = [];
      const value = stored(version.schema, content, [], refusals);
      refusals.push(...judge(value, []));
      // The API server asks the rules only when the shape is right.
      if (refusals.every(({ isPruned }) => isPruned))
        rules.check(version.schema, { ...asObject(value), apiVersion, kind, metadata }, [], refusals);
      return refusals;
    },
    unevaluated: () => [
      ...[...broken].map(([crd, reason]) => `the schema of ${crd}: ${reason}`),
      ...[...rules.unevaluated].map(([rule, reason]) => `the rule ${rule.replace(/\s+/g, ' ')}: ${reason}`),
    ],
  };
}

function judgeOf(version: Version, broken: Map<string, string>): ReturnType<typeof compileSchema> {
  if (version.judge !== undefined) return version.judge;
  try {
    version.judge = compileSchema(version.schema);
  } catch (error) {
    broken.set(version.crd, error instanceof Error ? error.message : String(error));
    version.judge = () => [];
  }
  return version.judge;
}

function versionsOf(crd: KubeObject): (readonly [string, Version])[] {
  const group = asString(field(crd, 'spec', 'group')) ?? '';
  const kind = asString(field(crd, 'spec', 'names', 'kind')) ?? '';
  return asArray(field(crd, 'spec', 'versions')).flatMap((version) => {
    const whole = asObject(field(version, 'schema', 'openAPIV3Schema'));
    const name = asString(field(version, 'name')) ?? '';
    if (whole === undefined || field(version, 'served') === false) return [];
    return [
      [
        `${group}/${name}/${kind}`,
        { schema: ofContent(whole), crd: `${crd.metadata.name} ${name}` },
      ] as const,
    ];
  });
}

/** Kind, version and metadata are not the CRD's to judge. */
function ofContent(schema: Schema): Schema {
  const { apiVersion: _, kind: __, metadata: ___, ...properties } = asObject(schema['properties']) ?? {};
  return { ...schema, type: 'object', properties };
}
