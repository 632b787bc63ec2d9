import type { ConfigDump } from '../envoy/dump.ts';
import { ecdsEntries, type Rejection } from '../envoy/entry.ts';
import { asString, field, type JsonObject } from '../util/json.ts';

/** One extension configuration that came over ECDS (Wasm filters and their like). */
export interface EcdsRow {
  readonly name: string;
  /** Type of the configuration without `type.googleapis.com/`. */
  readonly type: string;
  readonly version: string | undefined;
  readonly rejection: Rejection | undefined;
}

/** The extension configurations of a proxy. */
export interface EcdsAnswer {
  /** Sorted by type, then name. */
  readonly rows: readonly EcdsRow[];
  /** The merged EcdsConfigDump. */
  readonly section: JsonObject;
}

/**
 * The extension configurations in a config_dump. A whole dump without such a section is that of a proxy that has none:
 * Envoy leaves it out. Throws a data error when the dump holds no listeners either, for then it is not whole.
 */
export function ecdsOf(dump: ConfigDump): EcdsAnswer {
  if (!dump.has('Ecds') && isWhole(dump)) return { rows: [], section: NONE };
  const rows = ecdsEntries(dump).map((entry) => ({
    name: entry.name,
    type: (asString(field(entry.message, 'typed_config', '@type')) ?? '').replace('type.googleapis.com/', ''),
    version: entry.version,
    rejection: entry.rejection,
  }));
  rows.sort((a, b) => order(a.type, b.type) || order(a.name, b.name));
  return { rows, section: dump.require('Ecds') };
}

/** A damaged dump throws here, before it is said to hold nothing. */
function isWhole(dump: ConfigDump): boolean {
  return dump.has('Listeners') && Array.isArray(dump.raw['configs']);
}

const NONE: JsonObject = { '@type': 'type.googleapis.com/envoy.admin.v3.EcdsConfigDump' };

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
