import { nodeOf } from '../envoy/bootstrap.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import { asObject, asString, field, type JsonObject } from '../util/json.ts';

/** Who a proxy is, as far as its bootstrap tells. */
interface OwnIdentity {
  /** What no other proxy has: node ID, pod name, addresses. */
  readonly unique: readonly (string | undefined)[];
  /** Values of tracing tags that say who sends a span, by tag. */
  readonly tags: ReadonlyMap<string, string | undefined>;
}

/** Rewrites what one proxy's configuration says of itself into what another's would say. */
export interface IdentityRewriter {
  text(text: string): string;
  message(message: unknown): unknown;
}

const CANONICAL = 'service.istio.io/canonical-';

function identityOf(dump: ConfigDump): OwnIdentity | undefined {
  if (!dump.has('Bootstrap')) return undefined;
  const { id, metadata } = nodeOf(dump);
  const own = (...path: readonly string[]): string | undefined => asString(field(metadata, ...path));
  const addresses = (own('INSTANCE_IPS') ?? '').split(',').map((address) => address || undefined);
  return {
    unique: [id, own('NAME'), ...addresses],
    tags: new Map([
      ['istio.canonical_revision', own('LABELS', `${CANONICAL}revision`)],
      ['istio.canonical_service', own('LABELS', `${CANONICAL}name`)],
      ['istio.namespace', own('NAMESPACE')],
      ['istio.cluster_id', own('CLUSTER_ID')],
    ]),
  };
}

/**
 * Rewrites the identity of the left proxy into that of the right one: node ID, pod name and addresses anywhere in a
 * text, canonical service and revision, namespace and cluster in tracing tags alone, since such short names also name
 * other things (`v1` is a subset, too). `undefined` when a dump does not say who its proxy is.
 */
export function identityRewriter(left: ConfigDump, right: ConfigDump): IdentityRewriter | undefined {
  const [from, to] = [identityOf(left), identityOf(right)];
  if (from === undefined || to === undefined) return undefined;
  const text = textRewriter(from.unique, to.unique);
  const rewriteTag = (tag: JsonObject): JsonObject => {
    const name = asString(tag['tag']) ?? '';
    const target = to.tags.get(name);
    const isOwn = target !== undefined && field(tag, 'literal', 'value') === from.tags.get(name);
    return isOwn ? { ...tag, literal: { ...asObject(tag['literal']), value: target } } : tag;
  };
  return { text, message: (message) => rewrite(message, text, rewriteTag, 0) };
}

/** Replaces whole words only, the longest first: 10.0.0.1 is no part of 10.0.0.12. */
function textRewriter(
  from: readonly (string | undefined)[],
  to: readonly (string | undefined)[],
): (text: string) => string {
  const pairs = new Map<string, string>();
  for (const [index, word] of from.entries()) {
    const other = to[index];
    if (word !== undefined && word !== '' && other !== undefined) pairs.set(word, other);
  }
  if (pairs.size === 0) return (text) => text;
  const words = [...pairs.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const pattern = new RegExp(`(?<![\\w.-])(?:${words.join('|')})(?![\\dA-Za-z-]|\\.\\d)`, 'g');
  return (text) => text.replace(pattern, (word) => pairs.get(word) ?? word);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Configuration is far less deep; what is nested deeper stays as it is. */
const MAX_DEPTH = 200;

function rewrite(
  value: unknown,
  text: (text: string) => string,
  tag: (tag: JsonObject) => JsonObject,
  depth: number,
): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, text, tag, depth + 1));
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    const own =
      name === 'custom_tags' && Array.isArray(member)
        ? member.map((one) => (asObject(one) ? tag(one) : one))
        : member;
    return [name, rewrite(own, text, tag, depth + 1)];
  });
  return Object.fromEntries(entries);
}
