import type { RbacLayer } from '../envoy/rbac.ts';
import { allOf, anyOf, type Condition, headerAttribute } from '../envoy/rbac-condition.ts';
import { asObject, asObjects, asString, asStrings, field, type JsonObject } from '../util/json.ts';
import type { AuthzAction } from './authz.ts';

/** What one rule of an AuthorizationPolicy should become in an RBAC filter. */
export interface IntendedRule {
  readonly from: Condition;
  readonly to: Condition;
  /** Fields whose form in Envoy isn't known for certain; they stand in neither condition. */
  readonly opaque: readonly string[];
  /** It has fields that only HTTP knows: an ALLOW with them is left out on TCP, others lose the fields there. */
  readonly hasHttpFields: boolean;
}

interface Field {
  /** Attribute of the condition; `undefined` where the form in Envoy isn't certain. */
  readonly attribute: string | undefined;
  readonly isHttp: boolean;
}

const SOURCE: Readonly<Record<string, Field>> = {
  principals: { attribute: 'principal', isHttp: false },
  namespaces: { attribute: 'namespace', isHttp: false },
  serviceAccounts: { attribute: 'service account', isHttp: false },
  ipBlocks: { attribute: 'ip', isHttp: false },
  remoteIpBlocks: { attribute: 'remote ip', isHttp: true },
  requestPrincipals: { attribute: undefined, isHttp: true },
};

const OPERATION: Readonly<Record<string, Field>> = {
  hosts: { attribute: 'host', isHttp: true },
  methods: { attribute: 'method', isHttp: true },
  paths: { attribute: 'path', isHttp: true },
  ports: { attribute: 'port', isHttp: false },
};

/** Keys of `when` that speak of the caller; the others (destination) narrow what is called. */
const WHEN_SOURCE: Readonly<Record<string, Field>> = {
  'source.principal': { attribute: 'principal', isHttp: false },
  'source.namespace': { attribute: 'namespace', isHttp: false },
  'source.serviceAccount': { attribute: 'service account', isHttp: false },
  'source.ip': { attribute: 'ip', isHttp: false },
  'remote.ip': { attribute: 'remote ip', isHttp: true },
};

const WHEN_DESTINATION: Readonly<Record<string, Field>> = {
  'destination.ip': { attribute: 'destination ip', isHttp: false },
  'destination.port': { attribute: 'port', isHttp: false },
  'connection.sni': { attribute: 'SNI', isHttp: false },
};

/**
 * One of `spec.rules` as the conditions that istiod makes of it for a layer: `from` and `to` entries are alternatives,
 * their fields and all of `when` must hold, a `not…` field must not. On TCP what only HTTP knows is left out.
 * Source: spec of authorization §2 and §3.2.
 */
export function intendedRule(rule: JsonObject, namespace: string, layer: RbacLayer): IntendedRule {
  const reading = new Reading(namespace, layer);
  const when = asObjects(rule['when']).map((one) => reading.when(one));
  const callers = when.flatMap(({ side, condition }) => (side === 'from' ? [condition] : []));
  const calls = when.flatMap(({ side, condition }) => (side === 'to' ? [condition] : []));
  const from = asObjects(rule['from']).map((one) => reading.fields(field(one, 'source'), SOURCE));
  const to = asObjects(rule['to']).map((one) => reading.fields(field(one, 'operation'), OPERATION));
  return {
    from: alternatives(from, callers),
    to: alternatives(to, calls),
    opaque: [...reading.opaque],
    hasHttpFields: reading.hasHttpFields,
  };
}

/** The action decides what becomes of HTTP fields on TCP: only an ALLOW rule is left out as a whole. */
export function isLeftOut(rule: IntendedRule, action: AuthzAction, layer: RbacLayer): boolean {
  return layer === 'TCP' && action === 'ALLOW' && rule.hasHttpFields;
}

function alternatives(entries: readonly Condition[], everywhere: readonly Condition[]): Condition {
  const all = entries.length === 0 ? [{ op: 'any' } as const] : entries;
  return anyOf(all.map((entry) => allOf([entry, ...everywhere])));
}

class Reading {
  readonly opaque = new Set<string>();
  hasHttpFields = false;
  readonly #namespace: string;
  readonly #layer: RbacLayer;

  constructor(namespace: string, layer: RbacLayer) {
    this.#namespace = namespace;
    this.#layer = layer;
  }

  fields(value: unknown, known: Readonly<Record<string, Field>>): Condition {
    const object = asObject(value) ?? {};
    const items: Condition[] = [];
    for (const [name, member] of Object.entries(object)) {
      const values = asStrings(member);
      if (values.length === 0) continue;
      const positive = Object.keys(known).find((key) => key === name || negatedName(key) === name);
      const kind = positive === undefined ? undefined : known[positive];
      const condition = this.#values(name, kind, values);
      items.push(positive === name || kind === undefined ? condition : negated(condition));
    }
    return allOf(items);
  }

  when(one: JsonObject): { side: 'from' | 'to'; condition: Condition } {
    const key = asString(one['key']) ?? '';
    const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
    const side = Object.hasOwn(WHEN_DESTINATION, key) ? 'to' : 'from';
    const known = side === 'to' ? WHEN_DESTINATION : WHEN_SOURCE;
    const kind =
      header === undefined
        ? Object.hasOwn(known, key)
          ? known[key]
          : undefined
        : { attribute: headerAttribute(header), isHttp: true };
    const [values, notValues] = [asStrings(one['values']), asStrings(one['notValues'])];
    const items: Condition[] = [];
    if (values.length > 0) items.push(this.#values(key, kind, values));
    if (notValues.length > 0) items.push(negated(this.#values(key, kind, notValues)));
    return { side, condition: allOf(items) };
  }

  #values(name: string, kind: Field | undefined, values: readonly string[]): Condition {
    const isHttp = kind?.isHttp ?? name.startsWith('request.');
    if (isHttp) this.hasHttpFields = true;
    if (isHttp && this.#layer === 'TCP') {
      // Whether Envoy's remote address is kept for plain connections is not certain.
      if (kind?.attribute === 'remote ip') this.opaque.add(name);
      return { op: 'any' };
    }
    const attribute = kind?.attribute;
    if (attribute === undefined || values.some((value) => isUncertain(attribute, value))) {
      this.opaque.add(name);
      return { op: 'any' };
    }
    return anyOf(
      values.map((value) => ({ op: 'test', attribute, value: this.#text(attribute, value), isHttp })),
    );
  }

  #text(attribute: string, value: string): string {
    if (attribute === 'service account' && !value.includes('/')) return `${this.#namespace}/${value}`;
    return value === '' ? '""' : value;
  }
}

function negatedName(name: string): string {
  return `not${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The negation of what is left out (`any`) is left out as well. */
function negated(item: Condition): Condition {
  return item.op === 'any' ? item : { op: 'not', item };
}

/** Values that istiod rewrites in a way that differs by version: path templates, IPv6 blocks. */
function isUncertain(attribute: string, value: string): boolean {
  if (attribute === 'path') return value.includes('{');
  return attribute.endsWith('ip') && value.includes(':');
}
