import { asArray, asObject, asString, asStrings, field } from '../util/json.ts';

/** One requirement of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A label selector: all requirements must hold. No requirements select everything. */
export type LabelSelector = readonly Requirement[];

/** Whether labels satisfy every requirement (Kubernetes: `NotIn` also holds when the label is absent). */
export function matchesSelector(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined | null,
): boolean {
  // What is written without members (`selector:`) is null.
  const own = labels ?? {};
  return selector.every(({ key, operator, values }) => {
    const value = Object.hasOwn(own, key) ? own[key] : undefined;
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const listed = value !== undefined && values.includes(value);
    return operator === 'In' ? listed : !listed;
  });
}

/** The selector of equal labels, as a Service's `spec.selector` or `matchLabels` write it. */
export function equalitySelector(labels: unknown): LabelSelector {
  return Object.entries(asObject(labels) ?? {}).flatMap(([key, value]): Requirement[] =>
    typeof value === 'string' ? [{ key, operator: 'In', values: [value] }] : [],
  );
}

/** A text that is the same for selectors that are written the same. */
export function selectorKey(selector: LabelSelector): string {
  return selector
    .map(({ key, operator, values }) => `${key}\u0000${operator}\u0000${values.join('\u0000')}`)
    .join('\u0001');
}

/** The selector of a Kubernetes LabelSelector object (`matchLabels` and `matchExpressions`). */
export function objectSelector(selector: unknown): LabelSelector {
  const expressions = asArray(field(selector, 'matchExpressions')).flatMap((one): Requirement[] => {
    const key = asString(field(one, 'key'));
    const operator = asString(field(one, 'operator'));
    if (key === undefined || !isOperator(operator)) return [];
    return [{ key, operator, values: asStrings(field(one, 'values')) }];
  });
  return [...equalitySelector(field(selector, 'matchLabels')), ...expressions];
}

function isOperator(text: string | undefined): text is Requirement['operator'] {
  return text === 'In' || text === 'NotIn' || text === 'Exists' || text === 'DoesNotExist';
}

/**
 * The selector of a command line's `-l` text: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined
 * by commas. `undefined` when a part can't be read.
 */
export function parseSelector(text: string): LabelSelector | undefined {
  const parts = text.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  const requirements = parts.map((part) => parseRequirement(part.trim()));
  return requirements.every((one) => one !== undefined) && requirements.length > 0 ? requirements : undefined;
}

function parseRequirement(part: string): Requirement | undefined {
  const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set?.[1] !== undefined) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return { key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(part);
  if (equality?.[1] !== undefined) {
    return { key: equality[1], operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [equality[3] ?? ''] };
  }
  const bare = /^(!?)\s*([\w./-]+)$/.exec(part);
  return bare?.[2] === undefined
    ? undefined
    : { key: bare[2], operator: bare[1] === '!' ? 'DoesNotExist' : 'Exists', values: [] };
}
