import { asNumber, asObject, asObjects, asString, field, type JsonObject } from '../../util/json.ts';
import { inRange } from './ip.ts';
import type { PathRequest } from './request.ts';

/** Deeper than any matcher tree that istiod writes. */
const DEEPEST = 40;

/**
 * The name of the chain that a `filter_chain_matcher` tree (waypoints have one) gives a connection; `undefined` when
 * nothing matches or the tree asks for something that is not known.
 */
export function pickByMatcher(matcher: unknown, request: PathRequest): string | undefined {
  return walk(asObject(matcher), request, 0);
}

function walk(matcher: JsonObject | undefined, request: PathRequest, depth: number): string | undefined {
  if (matcher === undefined || depth > DEEPEST) return undefined;
  const tree = asObject(matcher['matcher_tree']);
  const value = tree && inputValue(tree['input'], request);
  const found = tree && value !== undefined ? branch(tree, value) : undefined;
  return follow(found, request, depth) ?? follow(asObject(matcher['on_no_match']), request, depth);
}

function follow(onMatch: JsonObject | undefined, request: PathRequest, depth: number): string | undefined {
  if (onMatch === undefined) return undefined;
  const action = onMatch['action'];
  if (action === undefined) return walk(asObject(onMatch['matcher']), request, depth + 1);
  return asString(field(action, 'typed_config', 'value')) ?? asString(field(action, 'name'));
}

function branch(tree: JsonObject, value: string): JsonObject | undefined {
  const exact = asObject(field(tree, 'exact_match_map', 'map'));
  if (exact && Object.hasOwn(exact, value)) return asObject(exact[value]);
  const prefixes = Object.entries(asObject(field(tree, 'prefix_match_map', 'map')) ?? {})
    .filter(([prefix]) => value.startsWith(prefix))
    .sort(([a], [b]) => b.length - a.length);
  if (prefixes[0]) return asObject(prefixes[0][1]);
  for (const matcher of asObjects(field(tree['custom_match'], 'typed_config', 'range_matchers'))) {
    const hit = asObjects(matcher['ranges']).some((range) =>
      inRange(value, {
        address: asString(range['address_prefix']) ?? '',
        length: asNumber(range['prefix_len']) ?? 0,
      }),
    );
    if (hit) return asObject(matcher['on_match']);
  }
  return undefined;
}

function inputValue(input: unknown, request: PathRequest): string | undefined {
  const type = asString(field(input, 'typed_config', '@type')) ?? '';
  if (type.endsWith('DestinationPortInput')) return String(request.port);
  if (type.endsWith('DestinationIPInput')) return request.ip;
  if (type.endsWith('ServerNameInput')) return request.sni;
  if (type.endsWith('TransportProtocolInput')) return request.tls ? 'tls' : 'raw_buffer';
  if (type.endsWith('ApplicationProtocolInput'))
    return request.protocols.map((name) => `'${name}'`).join(',');
  return undefined;
}
