import { asInt64, asNumber, asObject, asString, field, type JsonObject } from '../util/json.ts';
import { addressText } from './address.ts';

/** Repeated fields that hold plain values whose order means nothing to Envoy. */
export const SET_FIELDS: ReadonlySet<string> = new Set([
  'domains',
  'server_names',
  'prefix_ranges',
  'source_prefix_ranges',
  'source_ports',
  'application_protocols',
  'direct_source_prefix_ranges',
]);

/** Repeated fields of messages whose order means nothing to Envoy: it finds their elements by name or match. */
export const UNORDERED_FIELDS: ReadonlySet<string> = new Set([
  'filter_chains',
  'virtual_hosts',
  'endpoints',
  'lb_endpoints',
  'thresholds',
  'clusters',
  'tls_certificate_sds_secret_configs',
  'match_subject_alt_names',
  'match_typed_subject_alt_names',
]);

/** Which elements of two lists belong together, and whether common elements changed their order. */
export interface Pairing {
  readonly pairs: readonly { readonly leftIndex: number; readonly rightIndex: number }[];
  readonly onlyLeft: readonly number[];
  readonly onlyRight: readonly number[];
  readonly moved: boolean;
}

/**
 * Pairs the elements of two lists: equal heads and tails first, the rest by identity (name, address, match …) or by
 * equal content, and what then remains by position where as many are left on both sides. Linear in size.
 */
export function pairElements(list: string, left: readonly unknown[], right: readonly unknown[]): Pairing {
  const keys = new Map<string, number[]>();
  const count = new Map<string, number>();
  const rightKeys = right.map((element) => keyOf(list, element));
  for (const [index, key] of rightKeys.entries()) {
    const indexes = keys.get(key);
    if (indexes) indexes.push(index);
    else keys.set(key, [index]);
  }
  const pairs: { leftIndex: number; rightIndex: number }[] = [];
  const onlyLeft: number[] = [];
  const taken = new Set<number>();
  let last = -1;
  let moved = false;
  for (const [leftIndex, element] of left.entries()) {
    const key = keyOf(list, element);
    const used = count.get(key) ?? 0;
    const rightIndex = keys.get(key)?.[used];
    if (rightIndex === undefined) {
      onlyLeft.push(leftIndex);
      continue;
    }
    count.set(key, used + 1);
    taken.add(rightIndex);
    pairs.push({ leftIndex, rightIndex });
    moved ||= rightIndex < last;
    last = rightIndex;
  }
  const onlyRight = right.map((_, index) => index).filter((index) => !taken.has(index));
  return pairLeftovers(list, { pairs, onlyLeft, onlyRight, moved }, left, right);
}

/**
 * Elements that changed where their identity lies (the match of a route or a chain) pair up by their label; those
 * without a name by position, where as many are left over on both sides.
 */
function pairLeftovers(
  list: string,
  pairing: Pairing,
  left: readonly unknown[],
  right: readonly unknown[],
): Pairing {
  if (SET_FIELDS.has(list) || pairing.onlyLeft.length === 0 || pairing.onlyRight.length === 0) return pairing;
  const waiting = groupByLabel(list, pairing.onlyRight, right);
  const sizes = groupByLabel(list, pairing.onlyLeft, left);
  const pairs = [...pairing.pairs];
  const taken = new Set<number>();
  const onlyLeft: number[] = [];
  for (const leftIndex of pairing.onlyLeft) {
    const label = leftoverLabel(list, left[leftIndex]);
    const candidates = label === undefined ? undefined : waiting.get(label);
    const matches = candidates !== undefined && candidates.size === sizes.get(label ?? '')?.size;
    const rightIndex = matches ? candidates.indexes[candidates.next++] : undefined;
    if (rightIndex === undefined) {
      onlyLeft.push(leftIndex);
      continue;
    }
    taken.add(rightIndex);
    pairs.push({ leftIndex, rightIndex });
  }
  const onlyRight = pairing.onlyRight.filter((index) => !taken.has(index));
  return { pairs, onlyLeft, onlyRight, moved: pairing.moved };
}

interface Leftovers {
  readonly indexes: number[];
  size: number;
  next: number;
}

function groupByLabel(
  list: string,
  indexes: readonly number[],
  elements: readonly unknown[],
): Map<string, Leftovers> {
  const groups = new Map<string, Leftovers>();
  for (const index of indexes) {
    const label = leftoverLabel(list, elements[index]);
    if (label === undefined) continue;
    const group = groups.get(label) ?? { indexes: [], size: 0, next: 0 };
    group.indexes.push(index);
    group.size++;
    groups.set(label, group);
  }
  return groups;
}

/** `undefined` for plain values: those are never "the same one, changed". */
function leftoverLabel(list: string, element: unknown): string | undefined {
  if (asObject(element) === undefined) return undefined;
  return identify(list, element)?.name ?? '';
}

function keyOf(list: string, element: unknown): string {
  return identify(list, element)?.key ?? canonicalText(element);
}

/** An element's name for pairing (`key`) and for the reader (`label`). */
export interface Identity {
  readonly key: string;
  readonly label: string;
  /** The part of the identity that stays when the element's match changes. */
  readonly name: string;
}

/** What Envoy or the reader calls an element by: `key` for pairing, `label` for the field path. */
export function identify(list: string, value: unknown): Identity | undefined {
  const element = asObject(value);
  if (element === undefined) return undefined;
  if (list === 'lb_endpoints') return named(addressText(field(element, 'endpoint', 'address')));
  if (list === 'endpoints') return named(localityText(element));
  if (list === 'thresholds') return named(asString(element['priority']) ?? 'DEFAULT');
  if (list === 'routes') return routeIdentity(element);
  const name = asString(element['name']) || asString(field(element, 'header', 'key'));
  if (list === 'filter_chains') {
    const match = canonicalText(element['filter_chain_match']);
    return { key: `${name ?? ''} ${match}`, label: name || match || 'any', name: name ?? '' };
  }
  return named(name);
}

function named(name: string | undefined): Identity | undefined {
  return name === undefined || name === '' ? undefined : { key: `name ${name}`, label: name, name };
}

/** Routes of one VirtualService often share a name, so their match belongs to the identity. */
function routeIdentity(route: JsonObject): Identity {
  const name = asString(route['name']) ?? '';
  const match = canonicalText(route['match']);
  return { key: `${name} ${match}`, label: name || match, name };
}

function localityText(endpoints: JsonObject): string {
  const part = (name: string) => asString(field(endpoints, 'locality', name)) ?? '';
  const priority = asNumber(endpoints['priority']);
  const text = [part('region'), part('zone'), part('sub_zone')].filter((name) => name !== '').join('/');
  return `${text || 'no locality'}${priority ? ` priority ${priority}` : ''}`;
}

/** Text that is equal for two JSON values of the same meaning: object fields sorted. Below 60 levels cut off. */
export function canonicalText(value: unknown, depth = 0): string {
  if (value === undefined) return '';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth > 60) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonicalText(item, depth + 1)}`).join(',')}}`;
}

/** Whether two leaf values mean the same: equal text, durations of the same length, and absent = empty list. */
export function deepEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isEmptyList(left) || isEmptyList(right)) {
    return (left === undefined || isEmptyList(left)) && (right === undefined || isEmptyList(right));
  }
  if (typeof left === 'object' && typeof right === 'object')
    return canonicalText(left) === canonicalText(right);
  const [a, b] = [seconds(left), seconds(right)];
  if (a !== undefined && a === b) return true;
  return typeof left !== typeof right && asInt64(left) !== undefined && asInt64(left) === asInt64(right);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A protobuf duration (`2s`, `0.500s`) in seconds. */
function seconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?s$/.test(value)) return undefined;
  return Number(value.slice(0, -1));
}
