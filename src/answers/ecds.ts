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

/** The extension configurations in a config_dump. Throws a data error when it has none. */
export function ecdsOf(dump: ConfigDump): EcdsAnswer {
  const rows = ecdsEntries(dump).map((entry) => ({
    name: entry.name,
    type: (asString(field(entry.message, 'typed_config', '@type')) ?? '').replace('type.googleapis.com/', ''),
    version: entry.version,
    rejection: entry.rejection,
  }));
  rows.sort((a, b) => order(a.type, b.type) || order(a.name, b.name));
  return { rows, section: dump.require('Ecds') };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
