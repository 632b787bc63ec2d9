import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageOfKind, TABLE_KINDS } from '../../../../src/config/schema/api-table.ts';
import { checkFields } from '../../../../src/config/schema/check-fields.ts';
import {
  checkMeshFields,
  checkResourceFields,
  RESOURCE_KINDS,
} from '../../../../src/config/schema/check-resource.ts';
import type { FieldProblem } from '../../../../src/config/schema/field-problem.ts';
import type { Path } from '../../../../src/config/validation/spot.ts';
import type { ValidatedKind } from '../../../../src/config/validation/validate-resource.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { kindOf } from '../../../../src/mesh/kinds.ts';
import { asObject } from '../../../../src/util/json.ts';
import { meshResources } from '../../../helpers/mesh-resources.ts';

function resource(kind: string, spec: unknown, more: object = {}): KubeObject {
  const metadata = { name: 'a', namespace: 'shop' };
  return { apiVersion: 'networking.istio.io/v1', kind, metadata, spec, ...more };
}

function said(kind: ValidatedKind, spec: unknown): readonly string[] {
  return checkResourceFields(kind, resource(kind, spec)).map(
    ({ fault, path, text }) => `${path.join('.')} ${fault}: ${text}`,
  );
}

const isOfIstio = new Set<string>(RESOURCE_KINDS);
const recorded = meshResources().filter((object) => isOfIstio.has(kindOf(object) ?? ''));

describe('unknown fields', () => {
  const route = (fields: object) => ({
    hosts: ['a'],
    http: [{ route: [{ destination: { host: 'a' } }], ...fields }],
  });

  test('the nearest name is suggested', () => {
    expect(said('VirtualService', route({ retrys: { attempts: 1 } }))).toEqual([
      'spec.http.0.retrys unknown-field: there is no field "retrys" here: did you mean "retries"?',
    ]);
  });

  test('a field that belongs further out, or further in, is told where', () => {
    const outer = { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' }, timeout: '1s' }] }] };
    expect(said('VirtualService', outer)[0]).toContain('it belongs to spec.http[0], further out');
    expect(said('DestinationRule', { host: 'a', loadBalancer: { simple: 'RANDOM' } })[0]).toContain(
      'it belongs into "trafficPolicy"',
    );
  });

  test('the name of the protocol buffer is no name for the API server, but for two fields that have both', () => {
    expect(said('VirtualService', route({ cors_policy: {} }))[0]).toContain('it is written "corsPolicy"');
    const rules = [{ issuer: 'https://a.example', jwks_uri: 'https://a.example/keys' }];
    expect(said('RequestAuthentication', { jwtRules: rules })).toEqual([]);
  });

  test('names that every object inherits are fields like any other', () => {
    const spec = JSON.parse('{"hosts":["a"],"__proto__":{"x":1},"constructor":1}') as unknown;
    expect(said('VirtualService', spec).map((text) => text.split(' ')[0])).toEqual([
      'spec.__proto__',
      'spec.constructor',
    ]);
  });

  test('beside spec there is nothing but what every resource has', () => {
    const problems = checkResourceFields('Gateway', resource('Gateway', undefined, { Spec: {} }));
    expect(problems.map(({ text, path }) => [path, text])).toContainEqual([
      ['Spec'],
      'there is no field "Spec" at the top of a resource: did you mean "spec"?',
    ]);
  });

  test('what an EnvoyFilter patches in is free', () => {
    const value = { name: 'x', typed_config: { '@type': 'y', anything: [1] } };
    const spec = { configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'ADD', value } }] };
    expect(said('EnvoyFilter', spec)).toEqual([]);
  });
});

describe('values', () => {
  test.each([
    [
      'DestinationRule',
      { host: 5 },
      'spec.host wrong-type: it is the number 5, and must be text: put it in quotes',
    ],
    [
      'DestinationRule',
      { host: 'a', subsets: {} },
      'spec.subsets wrong-type: it is a map, and must be a list',
    ],
    ['Gateway', { selector: [] }, 'spec.selector wrong-type: it is a list, and must be a map'],
    ['ServiceEntry', 'x', 'spec wrong-type: it is the text "x", and must be a map'],
    [
      'VirtualService',
      { hosts: ['a'], http: [{ route: [{ destination: { host: 'a', port: 80 } }] }] },
      'spec.http.0.route.0.destination.port wrong-type: it is the number 80, and must be a map with number',
    ],
    [
      'PeerAuthentication',
      { mtls: { mode: 'strict' } },
      'spec.mtls.mode unknown-value: "strict" is not one of the values here: did you mean STRICT?',
    ],
    [
      'PeerAuthentication',
      { mtls: { mode: 3 } },
      'spec.mtls.mode wrong-type: it is the number 3, and must be one of UNSET, DISABLE, PERMISSIVE, STRICT',
    ],
    [
      'DestinationRule',
      { host: 'a', trafficPolicy: { connectionPool: { http: { maxRetries: 5_000_000_000 } } } },
      'spec.trafficPolicy.connectionPool.http.maxRetries out-of-range: 5000000000 is out of range: it must be between -2147483648 and 2147483647',
    ],
    [
      'DestinationRule',
      { host: 'a', trafficPolicy: { loadBalancer: { simple: 'LEAST_CONN' } } },
      'spec.trafficPolicy.loadBalancer.simple deprecated: the value LEAST_CONN is deprecated: write LEAST_REQUEST',
    ],
    ['WorkloadGroup', null, 'spec missing-field: the field "spec" is missing'],
  ] as const)('%s %j', (kind, spec, expected) => {
    expect(said(kind, spec)).toContain(expected);
  });

  test('null, an empty list and a 5.0 are fine; a one-of with one member that is null, too', () => {
    const uri = { prefix: '/', exact: null };
    const http = [
      { match: [{ uri }], route: [{ destination: { host: 'a', port: { number: 80.0 } } }], headers: null },
    ];
    expect(said('VirtualService', { hosts: ['a'], gateways: [], http })).toEqual([]);
  });

  test('the own configuration of istiod is read as istiod reads it', () => {
    const mesh = resource('MeshConfig', undefined, {
      defaultConfig: { concurrency: '2', tracing: {} },
      protocolDetectionTimeout: '100ms',
      trustDomian: 'x',
    });
    const { spec: _, ...object } = mesh;
    expect(checkMeshFields('MeshConfig', object as KubeObject).map(({ text }) => text)).toEqual([
      'there is no field "trustDomian" here: did you mean "trustDomain"?',
    ]);
  });
});

describe('the recorded meshes', () => {
  test('have resources of many kinds, and nothing is wrong with any of them', () => {
    expect(new Set(recorded.map(({ kind }) => kind)).size).toBeGreaterThan(7);
    for (const object of recorded)
      expect(checkResourceFields(kindOf(object) as ValidatedKind, object), object.metadata.name).toEqual([]);
  });

  test('a field that is misspelt anywhere in them is found where it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recorded), fc.nat(), (object, choice) => {
        const copy = structuredClone(object) as KubeObject & { spec: unknown };
        const places = fieldPlaces(kindOf(object) as ValidatedKind, copy);
        const place = places[choice % Math.max(places.length, 1)];
        if (place === undefined) return;
        const { holder, key, path } = place;
        holder[`${key}Xq`] = holder[key];
        delete holder[key];
        const problems = checkResourceFields(kindOf(object) as ValidatedKind, copy);
        expect(problems.map((problem) => problem.path.join('.'))).toContain([...path, `${key}Xq`].join('.'));
      }),
    );
  });
});

describe('anything at all', () => {
  const kinds = fc.constantFrom(...RESOURCE_KINDS);

  test('is judged without a crash, and every problem stands at something that is there', () => {
    fc.assert(
      fc.property(kinds, fc.jsonValue({ maxDepth: 5 }), (kind, spec) => {
        const object = resource(kind, spec);
        for (const problem of checkResourceFields(kind, object)) expectPlace(object, problem);
      }),
    );
  });

  test('in fields that exist, too', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TABLE_KINDS),
        fc.infiniteStream(fc.nat()),
        fc.jsonValue(),
        (kind, picks, value) => {
          const pick = (): number => picks.next().value;
          const spec = filled(messageOfKind(kind), pick, value, 4);
          for (const problem of checkFields(messageOfKind(kind), spec, [], false)) expectPlace(spec, problem);
        },
      ),
    );
  });
});

/** An object of some of the fields of a message, with `value` where it ends. */
function filled(
  message: ReturnType<typeof messageOfKind>,
  pick: () => number,
  value: unknown,
  depth: number,
): unknown {
  const fields = [...message.fields.values()];
  if (depth === 0 || fields.length === 0) return value;
  const out: Record<string, unknown> = {};
  for (let count = pick() % 4; count >= 0; count--) {
    const field = fields[pick() % fields.length];
    if (field === undefined) continue;
    const inner = field.message === undefined ? value : filled(field.message, pick, value, depth - 1);
    out[field.jsonName] =
      field.label === 'list' ? [inner, inner] : field.label === 'map' ? { a: inner } : inner;
  }
  return out;
}

function expectPlace(top: unknown, { path }: FieldProblem): void {
  let at = top;
  for (const step of path.slice(0, -1)) at = (at as Record<string | number, unknown>)[step];
  expect(path.length === 0 || (typeof at === 'object' && at !== null)).toBe(true);
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly path: Path;
}

/** Every field of a message in a resource, where it can be renamed; members of maps are none. */
function fieldPlaces(kind: ValidatedKind, object: KubeObject): readonly Place[] {
  const places: Place[] = [];
  const walk = (message: ReturnType<typeof messageOfKind>, value: unknown, path: Path): void => {
    const holder = asObject(value) as Record<string, unknown> | undefined;
    for (const [key, member] of Object.entries(holder ?? {})) {
      const field = message.fields.get(key);
      if (holder === undefined || field === undefined || member === null) continue;
      places.push({ holder, key, path });
      if (field.message === undefined) continue;
      const below = field.label === 'one' ? [['', member]] : Object.entries(member as object);
      for (const [step, item] of below)
        walk(field.message, item, [...path, key, ...(field.label === 'one' ? [] : [String(step)])]);
    }
  };
  walk(messageOfKind(kind), object['spec'], ['spec']);
  return places;
}
