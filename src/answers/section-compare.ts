import type { ConfigDump } from '../envoy/dump.ts';
import { protoJsonText } from '../envoy/schema/proto-text.ts';
import { SecretMarks, unmarkedDiff } from '../envoy/secret-marks.ts';
import { type SectionName, sectionType, sectionTypeUrl } from '../envoy/section.ts';
import { asArray, asObject, asObjects, asString, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import { unifiedDiff } from '../util/unified-diff.ts';

/** The text comparison of one section as the reference makes it. `diff` is empty when the texts are equal. */
export interface SectionComparison {
  readonly title: 'Clusters' | 'Listeners' | 'Routes';
  readonly diff: string;
  /** Newest `last_updated` of Envoy's dynamic routes (RFC 3339); only for routes. */
  readonly lastLoaded?: string | undefined;
  /** Too large for the reference's own choice of hunks. */
  readonly approximate: boolean;
}

const CONTEXT_LINES = 7;

/**
 * The three comparisons that the reference prints for one proxy, as text over protobuf JSON. Source: spec of
 * proxy-status §5. Throws a data error when Envoy's dump has no routes section.
 */
export function compareSections(istiod: ConfigDump, envoy: ConfigDump): SectionComparison[] {
  return [
    compareSection('Clusters', istiod, envoy, clusters),
    compareSection('Listeners', istiod, envoy, listeners),
    { ...compareSection('Routes', istiod, envoy, routes), lastLoaded: routesLoaded(envoy) },
  ];
}

/** Newest `last_updated` among Envoy's dynamic route configurations; throws when the section is missing. */
export function routesLoaded(envoy: ConfigDump): string | undefined {
  const times = asObjects(envoy.require('Routes')['dynamic_route_configs']).flatMap((entry) => {
    const text = asString(entry['last_updated']);
    const ms = Date.parse(text ?? '');
    return text === undefined || Number.isNaN(ms) ? [] : [{ text, ms }];
  });
  times.sort((a, b) => b.ms - a.ms);
  return times[0]?.text;
}

function compareSection(
  title: SectionComparison['title'],
  istiod: ConfigDump,
  envoy: ConfigDump,
  normalise: (section: JsonObject) => JsonObject,
): SectionComparison {
  const marks = new SecretMarks();
  const from = sectionText(istiod, title, normalise, marks);
  const to = sectionText(envoy, title, normalise, marks);
  const { text, approximate } = unifiedDiff(from, to, {
    from: `Istiod ${title}`,
    to: `Envoy ${title}`,
    context: CONTEXT_LINES,
  });
  return { title, diff: unmarkedDiff(text), approximate };
}

/** A section that a side lacks is compared as the sentence that says so, as in the reference. */
function sectionText(
  dump: ConfigDump,
  name: SectionName,
  normalise: (section: JsonObject) => JsonObject,
  marks: SecretMarks,
): string {
  const section = dump.section(name);
  if (section === undefined) return `config dump has no configuration type ${sectionTypeUrl(name)}`;
  return protoJsonText(marks.mark(normalise(section)), sectionType(name));
}

function clusters(section: JsonObject): JsonObject {
  const entries = asObjects(section['dynamic_active_clusters']).map((entry) =>
    without(entry, VERSION_FIELDS),
  );
  return { dynamic_active_clusters: sortedBy(entries, (entry) => nameOf(entry['cluster'])) };
}

function listeners(section: JsonObject): JsonObject {
  const entries = asObjects(section['dynamic_listeners'])
    .filter((entry) => asObject(entry['active_state']) !== undefined)
    .map((entry) => ({
      ...without(entry, ['name', 'draining_state']),
      active_state: without(asObject(entry['active_state']) ?? {}, VERSION_FIELDS),
    }));
  return {
    dynamic_listeners: sortedBy(entries, (entry) => nameOf(asObject(entry.active_state)?.['listener'])),
  };
}

function routes(section: JsonObject): JsonObject {
  const entries = asObjects(section['dynamic_route_configs']).map((entry) => {
    const config = asObject(entry['route_config']);
    const kept = without(entry, VERSION_FIELDS);
    if (config === undefined || !Array.isArray(config['virtual_hosts'])) return kept;
    const hosts = sortedBy(asArray(config['virtual_hosts']), nameOf);
    return { ...kept, route_config: { ...config, virtual_hosts: hosts } };
  });
  return { dynamic_route_configs: sortedBy(entries, (entry) => nameOf(entry['route_config'])) };
}

const VERSION_FIELDS: readonly string[] = ['version_info', 'last_updated'];

function without(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function sortedBy<T>(items: readonly T[], name: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareText(name(a), name(b)));
}

function nameOf(value: unknown): string {
  return asString(asObject(value)?.['name']) ?? '';
}
