import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { asArray, asObject, asString, field } from '../../util/json.ts';
import type { Path } from '../validation/spot.ts';
import { addKubernetesFunctions } from './cel-functions.ts';
import { withoutIndexedHas } from './cel-text.ts';
import { celValue } from './cel-value.ts';
import type { Refusal } from './refusal.ts';
import { below, type Schema } from './structural.ts';

const environment = addKubernetesFunctions(
  new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }),
).registerVariable('self', 'dyn');

/** Rules of CRDs, each parsed once; those that can't be evaluated are named in `unevaluated`. */
export class CelRules {
  /** Rule and reason, in the order in which they were met. */
  readonly unevaluated = new Map<string, string>();
  readonly #parsed = new Map<string, ParseResult | undefined>();
  /** Whether there are rules at a schema or below: most schemas have none. */
  readonly #relevant = new WeakMap<Schema, boolean>();

  /** What the rules of a schema say of a stored value. */
  check(schema: Schema, value: unknown, path: Path, refusals: Refusal[]): void {
    if (value === undefined || !this.#isRelevant(schema)) return;
    for (const rule of asArray(schema['x-kubernetes-validations'])) {
      const text = asString(field(rule, 'rule')) ?? '';
      // Rules on changes don't concern a resource that is made.
      if (!/\boldSelf\b/.test(text)) this.#rule(text, rule, schema, value, path, refusals);
    }
    if (Array.isArray(value)) {
      const items = below(schema, 0);
      if (items !== undefined)
        for (const [index, item] of value.entries()) this.check(items, item, [...path, index], refusals);
      return;
    }
    for (const [key, member] of Object.entries(asObject(value) ?? {})) {
      const at = below(schema, key);
      if (at !== undefined) this.check(at, member, [...path, key], refusals);
    }
  }

  #rule(text: string, rule: unknown, schema: Schema, value: unknown, path: Path, refusals: Refusal[]): void {
    const evaluate = this.#parse(text);
    if (evaluate === undefined) return;
    try {
      if (evaluate({ self: celValue(schema, value) }) === true) return;
    } catch (error) {
      const reason = reasonOf(error);
      // What the language can't do differs from what a value makes impossible, which the API server refuses too.
      if (/overload|unknown (?:variable|function|macro|type)|invalid argument|not supported/i.test(reason)) {
        this.unevaluated.set(text, reason);
        return;
      }
    }
    const message = asString(field(rule, 'message'))?.trim();
    const fieldPath = asString(field(rule, 'fieldPath'));
    refusals.push({
      text: message
        ? `the CRD says: ${message}`
        : `it breaks the rule ${text.replace(/\s+/g, ' ').slice(0, 200)}`,
      path: fieldPath === undefined ? path : [...path, ...stepsOf(fieldPath)],
    });
  }

  #parse(text: string): ParseResult | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text);
    let parsed: ParseResult | undefined;
    try {
      parsed = environment.parse(withoutIndexedHas(text));
    } catch (error) {
      this.unevaluated.set(text, reasonOf(error));
    }
    this.#parsed.set(text, parsed);
    return parsed;
  }

  #isRelevant(schema: Schema): boolean {
    const known = this.#relevant.get(schema);
    if (known !== undefined) return known;
    const children = [
      ...Object.values(asObject(schema['properties']) ?? {}),
      schema['items'],
      schema['additionalProperties'],
    ];
    const found =
      asArray(schema['x-kubernetes-validations']).length > 0 ||
      children.some((child) => {
        const at = asObject(child);
        return at !== undefined && this.#isRelevant(at);
      });
    this.#relevant.set(schema, found);
    return found;
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Steps of a `fieldPath` such as `.spec.x`, `.a['b.c']`. */
function stepsOf(text: string): Path {
  return [...text.matchAll(/\.([\w-]+)|\['([^']*)'\]/g)].map(([, name, quoted]) => name ?? quoted ?? '');
}
