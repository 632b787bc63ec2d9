/** The sections of an Envoy config_dump by the name in their type: `envoy.admin.v3.<name>ConfigDump`. */
export const SECTIONS = [
  'Bootstrap',
  'Clusters',
  'Endpoints',
  'Listeners',
  'ScopedRoutes',
  'Routes',
  'Secrets',
  'Ecds',
] as const;

/** One section of a config_dump. */
export type SectionName = (typeof SECTIONS)[number];

/** The full type of a section's message: `envoy.admin.v3.ClustersConfigDump`. */
export function sectionType(name: SectionName): string {
  return `envoy.admin.v3.${name}ConfigDump`;
}

/** How `@type` names a section: `type.googleapis.com/envoy.admin.v3.ClustersConfigDump`. */
export function sectionTypeUrl(name: SectionName): string {
  return `type.googleapis.com/${sectionType(name)}`;
}

/** The plain word for a section in messages to people. */
export const SECTION_WORD: Readonly<Record<SectionName, string>> = {
  Bootstrap: 'bootstrap',
  Clusters: 'clusters',
  Endpoints: 'endpoints (EDS)',
  Listeners: 'listeners',
  ScopedRoutes: 'scoped routes',
  Routes: 'routes',
  Secrets: 'secrets',
  Ecds: 'extension configurations (ECDS)',
};

/** A section, or a piece of one (`?resource=` makes one entry a resource), named by a type URL. */
export interface SectionType {
  readonly name: SectionName;
  /** The kind of the piece, such as `DynamicCluster`; absent when the entry is the whole section. */
  readonly piece: string | undefined;
}

const BY_TYPE = new Map<string, SectionName>(SECTIONS.map((name) => [`${name}ConfigDump`, name]));

/** Which section a type URL (any host prefix, API v2alpha or v3) names; `undefined` for anything else. */
export function parseSectionType(typeUrl: string): SectionType | undefined {
  const match = /(?:^|\/)envoy\.admin\.v\w+\.([A-Za-z]+ConfigDump)(?:\.([A-Za-z]+))?$/.exec(typeUrl);
  const name = BY_TYPE.get(match?.[1] ?? '');
  return name === undefined ? undefined : { name, piece: match?.[2] };
}
