import { addressHost, addressPort } from '../envoy/address.ts';
import type { FieldChange } from '../envoy/diff.ts';
import { edsEndpoints } from '../envoy/endpoint.ts';
import type { Entry } from '../envoy/entry.ts';
import { asString, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import type { KindComparison, ResourceDifference } from './proxy-sync-diff.ts';

/**
 * The endpoints that istiod has for each cluster of a proxy against those in its Envoy, by address: which addresses
 * one side lacks. Clusters that istiod sends no endpoints for (static and DNS ones) are left out.
 */
export function compareEndpoints(intended: readonly JsonObject[], held: readonly Entry[]): KindComparison {
  const inEnvoy = new Map(held.map((entry) => [entry.name, addressesOf(entry.message)]));
  const differences: ResourceDifference[] = [];
  let same = 0;
  for (const assignment of intended) {
    const name = asString(assignment['cluster_name']) ?? '';
    const [wanted, known] = [addressesOf(assignment), inEnvoy.get(name)];
    const changes = known === undefined ? [] : addressChanges(wanted, known);
    if (known !== undefined && changes.length === 0) same++;
    else differences.push({ kind: 'endpoint', name, what: known ? 'changed' : 'missing', changes });
  }
  differences.sort((a, b) => compareText(a.name, b.name));
  return { kind: 'endpoint', same, differences };
}

function addressesOf(assignment: JsonObject): ReadonlySet<string> {
  return new Set(edsEndpoints(assignment).map(({ address }) => addressText(address)));
}

function addressText(address: unknown): string {
  const port = addressPort(address);
  const host = addressHost(address) ?? JSON.stringify(address) ?? '';
  return port === 0 ? host : `${host}:${port}`;
}

function addressChanges(wanted: ReadonlySet<string>, known: ReadonlySet<string>): FieldChange[] {
  const removed = [...wanted].filter((address) => !known.has(address)).sort(compareText);
  const added = [...known].filter((address) => !wanted.has(address)).sort(compareText);
  return [
    ...removed.map((left) => ({ path: 'endpoints', change: 'removed' as const, left })),
    ...added.map((right) => ({ path: 'endpoints', change: 'added' as const, right })),
  ];
}
