import { asNumber, asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';

/** Deeper than any matcher tree that istiod writes. */
const DEEPEST = 40;

/**
 * How a `filter_chain_matcher` tree reaches the chain `name`, in the reference's words: `UNMATCHED` or `ANY` for what
 * nothing else took, `<input>=<key>`, `<input>^<prefix>`, nested steps joined by ` -> `; `NONE` when it never does.
 */
export function matcherTreeText(matcher: unknown, name: string): string {
  const root = asObject(matcher);
  if (root === undefined) return 'NONE';
  const fallback = asObject(root['on_no_match']);
  if (fallback !== undefined && leadsTo(fallback, name)) return 'UNMATCHED';
  const nested = asObject(fallback?.['matcher']);
  return treeText(nested ?? root, name, 0) ?? 'NONE';
}

function treeText(matcher: JsonObject, name: string, depth: number): string | undefined {
  if (depth > DEEPEST) return undefined;
  const fallback = asObject(matcher['on_no_match']);
  if (depth > 0 && fallback !== undefined && leadsTo(fallback, name)) return 'ANY';
  for (const branch of branches(matcher)) {
    if (leadsTo(branch.then, name)) return branch.test;
    const deeper = asObject(branch.then['matcher']);
    const rest = deeper === undefined ? undefined : treeText(deeper, name, depth + 1);
    if (rest !== undefined) return `${branch.test} -> ${rest}`;
  }
  const onward = asObject(fallback?.['matcher']);
  const rest = onward === undefined ? undefined : treeText(onward, name, depth + 1);
  return rest === undefined ? undefined : rest;
}

interface Branch {
  readonly test: string;
  readonly then: JsonObject;
}

function branches(matcher: JsonObject): Branch[] {
  const tree = asObject(matcher['matcher_tree']);
  if (tree === undefined) return [];
  const input = inputName(tree['input']);
  return [
    ...mapBranches(field(tree, 'exact_match_map', 'map'), (key) => `${input}=${key}`),
    ...mapBranches(field(tree, 'prefix_match_map', 'map'), (key) => `${input}^${key}`),
    ...rangeBranches(tree['custom_match'], input),
  ];
}

function mapBranches(map: unknown, test: (key: string) => string): Branch[] {
  return Object.entries(asObject(map) ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => {
      const then = asObject(value);
      return then === undefined ? [] : [{ test: test(key), then }];
    });
}

function rangeBranches(custom: unknown, input: string): Branch[] {
  return asObjects(field(custom, 'typed_config', 'range_matchers')).flatMap((matcher) => {
    const then = asObject(matcher['on_match']);
    if (then === undefined) return [];
    const ranges = asObjects(matcher['ranges']).map((range) => {
      const address = asString(range['address_prefix']) ?? '';
      const length = asNumber(range['prefix_len']) ?? 0;
      const whole = length === (address.includes(':') ? 128 : 32);
      return whole ? address : `${address}/${length}`;
    });
    return [{ test: `${input}=${ranges.join(',')}`, then }];
  });
}

/** `destination-ip` for the input `envoy.matching.inputs.destination_ip`'s configured name. */
function inputName(input: unknown): string {
  return asString(field(input, 'name')) ?? '';
}

function leadsTo(onMatch: JsonObject, name: string): boolean {
  const action = onMatch['action'];
  if (action === undefined) return false;
  const typed = field(action, 'typed_config', 'value');
  return (asString(typed) ?? asString(field(action, 'name'))) === name;
}
