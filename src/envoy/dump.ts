import { dataError } from '../util/errors.ts';
import { asArray, asObject, asString, type JsonObject } from '../util/json.ts';
import { tooManyValues } from '../util/json-cost.ts';
import { decodeText, loadJson } from '../util/load-json.ts';
import { ENVOY_SPELLING, type Spelling } from './diff.ts';
import { looksLike } from './dump-kind.ts';
import { type DumpSlice, sliceDump } from './dump-slices.ts';
import { parseSectionType, SECTION_WORD, type SectionName, sectionType, sectionTypeUrl } from './section.ts';

/** Reads camelCase JSON; the modules that do it hold the table of all field names. */
interface CamelCaseReader {
  /** A message (by its full type name) in Envoy's snake_case. */
  readonly toSnakeCase: (value: unknown, typeName: string) => unknown;
  /** The same without what is inside an Any. */
  readonly toSnakeCaseOutline: (value: unknown, typeName: string) => unknown;
  readonly isSameResource: Spelling['isSame'];
}

/** The sections of a dump. */
export type Sections = Pick<ConfigDump, 'section' | 'require'>;

/** One entry of `configs`; its JSON is parsed when it is read for the first time. */
type LazyEntry = () => JsonObject;

/**
 * Opens the text of a config_dump; sections are parsed when they are asked for where the layout allows that. `label`
 * names the dump in answers, `source` in errors about its JSON. Throws a data error when it can't be read.
 */
export async function openDumpBytes(bytes: Uint8Array, label: string, source = label): Promise<ConfigDump> {
  const slices = sliceDump(bytes);
  if (slices === undefined) return openConfigDump(loadJson(bytes, source), label);
  return ConfigDump.ofSlices(bytes, slices, label, source);
}

/**
 * Opens a parsed config_dump, also one in camelCase (istiod's own, or written by another tool); the table of field
 * names is loaded for those alone. Throws a data error that says what `value` looks like when it is no dump.
 */
export async function openConfigDump(value: unknown, label: string): Promise<ConfigDump> {
  const dump = ConfigDump.open(value, label);
  if (!dump.isCamelCase) return dump;
  const [{ toSnakeCase, toSnakeCaseOutline }, { isSameResource }] = await Promise.all([
    import('./schema/snake-case.ts'),
    import('./schema/same-message.ts'),
  ]);
  return ConfigDump.open(value, label, { toSnakeCase, toSnakeCaseOutline, isSameResource });
}

/**
 * An Envoy config_dump, read lazily: opening it only notes which section stands where, and sections keep their raw
 * JSON. A camelCase section is converted when it is asked for.
 */
export class ConfigDump {
  /** Where it came from, for messages: a file name or `<pod>.<namespace>`. */
  readonly label: string;
  readonly isCamelCase: boolean;
  readonly #whole: LazyEntry;
  readonly #entries: ReadonlyMap<SectionName, readonly LazyEntry[]>;
  readonly #camelCase: CamelCaseReader | undefined;
  readonly #sections = new Map<SectionName, JsonObject>();

  private constructor(
    label: string,
    whole: LazyEntry,
    entries: ReadonlyMap<SectionName, readonly LazyEntry[]>,
    camelCase: { readonly is: boolean; readonly reader?: CamelCaseReader | undefined } = { is: false },
  ) {
    this.label = label;
    this.#whole = whole;
    this.#entries = entries;
    this.isCamelCase = camelCase.is;
    this.#camelCase = camelCase.reader;
  }

  /** As `openConfigDump`; without `reader` the fields of a camelCase dump are not found. */
  static open(value: unknown, label: string, reader?: CamelCaseReader): ConfigDump {
    const raw = asObject(value);
    if (raw === undefined || !Array.isArray(raw['configs'])) throw notADump(value, label);
    const entries = new Map<SectionName, LazyEntry[]>();
    let isCamel = false;
    for (const config of asArray(raw['configs'])) {
      const entry = asObject(config);
      const type = entry && parseSectionType(asString(entry['@type']) ?? '');
      if (!entry || !type) continue;
      const content = type.piece === undefined ? entry : wrapPiece(type.piece, entry);
      if (content === undefined) continue;
      isCamel ||= isCamelCase(content, type.name);
      entries.set(type.name, [...(entries.get(type.name) ?? []), () => content]);
    }
    return new ConfigDump(label, () => raw, entries, { is: isCamel, reader });
  }

  /** A dump whose sections were found in its text without parsing it (`sliceDump`). */
  static ofSlices(
    bytes: Uint8Array,
    slices: readonly DumpSlice[],
    label: string,
    source: string,
  ): ConfigDump {
    const whole = once(() => asObject(loadJson(bytes, source)) ?? {});
    const entries = new Map<SectionName, LazyEntry[]>();
    for (const { name, start, end } of slices) {
      const read = once(() => {
        const parsed = tryJson(bytes.subarray(start, end));
        // A damaged entry: parsing the whole says where, with line and column.
        return parsed ?? ConfigDump.open(whole(), label).section(name) ?? {};
      });
      entries.set(name, [...(entries.get(name) ?? []), read]);
    }
    return new ConfigDump(label, whole, entries);
  }

  /** The whole dump as JSON. */
  get raw(): JsonObject {
    return this.#whole();
  }

  /** Whether the dump has the section at all, however empty. */
  has(name: SectionName): boolean {
    return this.#entries.has(name);
  }

  /**
   * A section, `undefined` when the dump has none. Of repeated sections the last one counts, field by field (a
   * `?mask=` may split one section over several entries); lists of ECDS entries and of pieces are joined.
   */
  section(name: SectionName): JsonObject | undefined {
    const known = this.#sections.get(name);
    if (known !== undefined) return known;
    const merged = this.#asRead(name);
    if (merged === undefined) return undefined;
    const section = isCamelCase(merged, name) ? this.#converted(merged, name) : merged;
    this.#sections.set(name, section);
    return section;
  }

  #asRead(name: SectionName): JsonObject | undefined {
    const entries = this.#entries.get(name)?.map((read) => read());
    return entries && mergeEntries(name, entries);
  }

  /** The sections with their resources as they stand in the dump, which `spelling` reads. */
  get outlines(): Sections {
    const section = (name: SectionName): JsonObject | undefined => {
      const read = this.#asRead(name);
      if (read === undefined || !isCamelCase(read, name)) return this.section(name);
      return asObject(this.#camelCase?.toSnakeCaseOutline(read, sectionType(name))) ?? read;
    };
    return { section, require: (name) => section(name) ?? this.require(name) };
  }

  /** How the resources of a section in `outlines` are spelt. */
  spelling(name: SectionName): Spelling {
    const reader = this.#camelCase;
    const read = this.#asRead(name);
    if (reader === undefined || read === undefined || !isCamelCase(read, name)) return ENVOY_SPELLING;
    return {
      isSame: reader.isSameResource,
      read: (resource) => reader.toSnakeCase(resource, 'google.protobuf.Any'),
    };
  }

  #converted(section: JsonObject, name: SectionName): JsonObject {
    return asObject(this.#camelCase?.toSnakeCase(section, sectionType(name))) ?? section;
  }

  /** As `section`, but throws a data error with the reference's message when the dump has none. */
  require(name: SectionName): JsonObject {
    const section = this.section(name);
    if (section !== undefined) return section;
    // Where the sections were found without parsing, a damaged dump says so before it is said to lack one.
    this.#whole();
    throw dataError(`config dump has no configuration type ${sectionTypeUrl(name)}`, {
      lines: [['in', this.label]],
      hint: `the dump holds no ${SECTION_WORD[name]}; ${howToGet(name)}`,
    });
  }
}

function once(read: LazyEntry): LazyEntry {
  let value: JsonObject | undefined;
  return () => {
    value ??= read();
    return value;
  };
}

function tryJson(bytes: Uint8Array): JsonObject | undefined {
  const text = decodeText(bytes);
  // Reading the whole says so.
  if (tooManyValues(text) !== undefined) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function howToGet(name: SectionName): string {
  if (name === 'Endpoints') return 'take it with /config_dump?include_eds';
  if (name === 'Ecds') return 'this proxy has no filters that arrive over ECDS';
  return 'take the whole /config_dump, without a mask';
}

const PIECE_LISTS: Readonly<Record<string, string>> = {
  StaticCluster: 'static_clusters',
  DynamicCluster: 'dynamic_active_clusters',
  StaticListener: 'static_listeners',
  DynamicListener: 'dynamic_listeners',
  StaticRouteConfig: 'static_route_configs',
  DynamicRouteConfig: 'dynamic_route_configs',
  StaticEndpointConfig: 'static_endpoint_configs',
  DynamicEndpointConfig: 'dynamic_endpoint_configs',
  StaticSecret: 'static_secrets',
  DynamicSecret: 'dynamic_active_secrets',
  EcdsFilterConfig: 'ecds_filters',
};

const JOINED = Symbol('list of pieces');

/** A piece that `?resource=` printed by itself, as the section that holds nothing else. */
function wrapPiece(piece: string, entry: JsonObject): JsonObject | undefined {
  const list = PIECE_LISTS[piece];
  return list === undefined ? undefined : { [list]: [entry], [JOINED]: true };
}

function mergeEntries(name: SectionName, entries: readonly JsonObject[]): JsonObject {
  const last = entries.at(-1) ?? {};
  if (entries.length === 1) return last;
  if (name !== 'Ecds' && !(JOINED in last)) return Object.assign({}, ...entries);
  const merged: Record<string, unknown> = {};
  for (const entry of entries) {
    for (const [field, value] of Object.entries(entry)) {
      const before = merged[field];
      merged[field] = Array.isArray(before) && Array.isArray(value) ? before.concat(value) : value;
    }
  }
  return merged;
}

/** A field name with a capital in it, at the top of a section (of the bootstrap: one deeper), tells camelCase. */
function isCamelCase(section: JsonObject, name: SectionName): boolean {
  const inside = name === 'Bootstrap' ? (asObject(section['bootstrap']) ?? {}) : {};
  return [...Object.keys(section), ...Object.keys(inside)].some((field) => /^[a-z]+[A-Z]/.test(field));
}

function notADump(value: unknown, label: string): Error {
  const kind = looksLike(value);
  return dataError(`${label} is not an Envoy config_dump: it looks like ${kind.what}`, {
    hint:
      kind.next ?? 'take one with: kubectl exec POD -c istio-proxy -- pilot-agent request GET config_dump',
  });
}
