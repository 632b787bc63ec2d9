import { asArray, asObject, asString, field } from '../../util/json.ts';
import { type CelProgram, celLanguage, DEFAULT_BUDGET } from '../cel/cel.ts';
import { celFault } from '../cel/cel-fault.ts';
import type { Path } from '../validation/spot.ts';
import { KUBERNETES_RULES } from './cel-functions.ts';
import { withoutIndexedHas } from './cel-text.ts';
import { celValue } from './cel-value.ts';
import type { Refusal } from './refusal.ts';
import { below, type Schema } from './structural.ts';

const language = celLanguage(KUBERNETES_RULES);

/** Steps of all rules for one resource: some tenths of a second. Those of a mesh take some thousands. */
const RESOURCE_BUDGET = 4 * DEFAULT_BUDGET;

/** Rules of CRDs, each parsed once; those that can't be evaluated are named in `unevaluated`. */
export class CelRules {
  /** Rule and reason, in the order in which they were met. */
  readonly unevaluated = new Map<string, string>();
  /** Those that can't be parsed, or took too long, are `undefined`. */
  readonly #parsed = new Map<string, CelProgram | undefined>();
  /** Whether there are rules at a schema or below: most schemas have none. */
  readonly #relevant = new WeakMap<Schema, boolean>();
  #left = 0;

  /** What the rules of a schema say of a stored resource. */
  check(schema: Schema, resource: unknown, refusals: Refusal[]): void {
    this.#left = RESOURCE_BUDGET;
    this.#check(schema, resource, [], refusals);
  }

  #check(schema: Schema, value: unknown, path: Path, refusals: Refusal[]): void {
    if (value === undefined || !this.#isRelevant(schema)) return;
    // Rules on changes don't concern a resource that is made.
    const rules = asArray(schema['x-kubernetes-validations']).filter(
      (rule) => !/\boldSelf\b/.test(textOf(rule)),
    );
    const self = rules.length > 0 ? celValue(schema, value) : undefined;
    for (const rule of rules) if (!this.#holds(textOf(rule), self)) refusals.push(refusal(rule, path));
    if (Array.isArray(value)) {
      const items = below(schema, 0);
      if (items !== undefined)
        for (const [index, item] of value.entries()) this.#check(items, item, [...path, index], refusals);
      return;
    }
    for (const [key, member] of Object.entries(asObject(value) ?? {})) {
      const at = below(schema, key);
      if (at !== undefined) this.#check(at, member, [...path, key], refusals);
    }
  }

  /** What can't be evaluated refuses nothing; what a value makes impossible is refused, as the API server does. */
  #holds(text: string, self: unknown): boolean {
    const program = this.#parse(text);
    if (program === undefined) return true;
    const budget = Math.min(this.#left, DEFAULT_BUDGET);
    try {
      return program.run({ self }, budget) === true;
    } catch (error) {
      const { message, isOfValues } = celFault(error);
      if (!isOfValues) this.unevaluated.set(text, message);
      if (program.spent() > budget) this.#parsed.set(text, undefined);
      return !isOfValues;
    } finally {
      this.#left -= Math.min(program.spent(), budget);
    }
  }

  #parse(text: string): CelProgram | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text);
    let parsed: CelProgram | undefined;
    try {
      parsed = language.compile(withoutIndexedHas(text));
    } catch (error) {
      this.unevaluated.set(text, celFault(error).message);
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

function textOf(rule: unknown): string {
  return asString(field(rule, 'rule')) ?? '';
}

function refusal(rule: unknown, path: Path): Refusal {
  const message = asString(field(rule, 'message'))?.trim();
  const fieldPath = asString(field(rule, 'fieldPath'));
  return {
    text: message
      ? `the CRD says: ${message}`
      : `it breaks the rule ${textOf(rule).replace(/\s+/g, ' ').slice(0, 200)}`,
    path: fieldPath === undefined ? path : [...path, ...stepsOf(fieldPath)],
  };
}

/** Steps of a `fieldPath` such as `.spec.x`, `.a['b.c']`. */
function stepsOf(text: string): Path {
  return [...text.matchAll(/\.([\w-]+)|\['([^']*)'\]/g)].map(([, name, quoted]) => name ?? quoted ?? '');
}
