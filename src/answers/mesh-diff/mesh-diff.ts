import { ExitCode } from '../../util/errors.ts';
import type { FindingsDiff } from './findings.ts';
import type { ObjectsDiff, Side } from './objects.ts';
import { isBrokenNewcomer, type ProxiesDiff } from './proxies.ts';
import type { ConfigsDiff } from './proxy-config.ts';
import type { FieldChange } from './shown-changes.ts';
import type { VersionsDiff } from './versions.ts';

/** The parts of a comparison, by the words of `--only`, worst news first. */
export const DIFF_SECTIONS = ['findings', 'proxies', 'versions', 'mesh-config', 'objects'] as const;

/** One of `DIFF_SECTIONS`. */
export type DiffSection = (typeof DIFF_SECTIONS)[number];

/** A mesh at one moment. */
export interface DiffSubject {
  /** Where it was read from: the archive, the folder, the context. */
  readonly source: string;
  /** The moment that it is of. ISO 8601. */
  readonly takenAt: string;
  readonly clusters: readonly string[];
  /** How it was redacted, as a recording says: `secrets`, `pseudonyms`, `none`. */
  readonly redaction?: string | undefined;
}

/** How the mesh configuration (of the ConfigMap, or what istiod says it uses) differs. */
export interface MeshConfigDiff {
  /** Which were compared: `ConfigMap istio-system/istio` …, or `what istiod uses`; empty when none was. */
  readonly compared: readonly string[];
  readonly changes: readonly FieldChange[];
  readonly notCompared?: { readonly side: Side | 'both'; readonly why: string } | undefined;
}

/** What changed in a mesh between two moments. Sections that were not asked for are absent. */
export interface MeshDiff {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'MeshDiff';
  readonly left: DiffSubject;
  readonly right: DiffSubject;
  /** Whether both are of one cluster, by the UID of its namespace kube-system; absent when that is not known. */
  readonly sameCluster?: boolean | undefined;
  /** The only namespace that was looked at; all of them when absent. */
  readonly namespace?: string | undefined;
  readonly differs: boolean;
  readonly findings?: FindingsDiff | undefined;
  readonly proxies?: ProxiesDiff | undefined;
  /** Absent when it was not asked for. */
  readonly proxyConfigs?: ConfigsDiff | undefined;
  readonly versions?: VersionsDiff | undefined;
  readonly meshConfig?: MeshConfigDiff | undefined;
  readonly objects?: ObjectsDiff | undefined;
}

/** The sections of an answer. */
export type DiffParts = Pick<
  MeshDiff,
  'findings' | 'proxies' | 'proxyConfigs' | 'versions' | 'meshConfig' | 'objects'
>;

/** How many differences a section holds; 0 for one that was not asked for. */
export function differencesIn(parts: DiffParts): Readonly<Record<DiffSection | 'proxyConfigs', number>> {
  const { findings, proxies, proxyConfigs, versions, meshConfig, objects } = parts;
  return {
    findings: (findings?.added.length ?? 0) + (findings?.fixed.length ?? 0),
    proxies: proxies?.changes.length ?? 0,
    proxyConfigs: proxyConfigs?.changes.length ?? 0,
    versions: versions?.changes.length ?? 0,
    'mesh-config': meshConfig?.changes.length ?? 0,
    objects: objects?.changes.length ?? 0,
  };
}

/** Whether anything differs. */
export function hasDifferences(parts: DiffParts): boolean {
  return Object.values(differencesIn(parts)).some((count) => count > 0);
}

/**
 * How bad the news is: `worse` for new errors, proxies that are worse off, and new ones that do not work, `unknown` when nothing could be compared,
 * `same-in-part` when nothing differs in what both hold, but one of them lacks what the other has.
 */
export function newsOf(diff: MeshDiff): 'worse' | 'differs' | 'same' | 'same-in-part' | 'unknown' {
  const isWorse =
    (diff.findings?.added.some(({ level }) => level === 'error') ?? false) ||
    (diff.proxies?.counts.worse ?? 0) > 0 ||
    (diff.proxies?.changes.some(isBrokenNewcomer) ?? false);
  if (isWorse) return 'worse';
  if (diff.differs) return 'differs';
  if (!comparedAnything(diff)) return 'unknown';
  return lackedByOne(diff).length === 0 ? 'same' : 'same-in-part';
}

/** What one side holds and the other one lacks, so that it could not be compared, in words: each once. */
export function lackedByOne(parts: DiffParts): readonly string[] {
  const { findings, proxies, proxyConfigs, versions, meshConfig, objects } = parts;
  const isOneSided = ({ side }: { readonly side: Side | 'both' }): boolean => side !== 'both';
  const all = [
    ...(objects?.notCompared ?? []).filter(isOneSided).map(({ kind }) => kind),
    ...((findings?.unknown.length ?? 0) > 0 ? ['some findings'] : []),
    ...((proxies?.notCompared ?? []).some(isOneSided) ? ['proxies'] : []),
    ...((proxyConfigs?.notCompared ?? []).some(isOneSided) ? ['the configuration of some proxies'] : []),
    ...(proxyConfigs?.leftOut === undefined ? [] : ['the configuration of proxies']),
    ...(versions?.notCompared ?? []).filter(isOneSided).map(({ part }) => `versions of ${part}`),
    ...(meshConfig?.notCompared !== undefined && isOneSided(meshConfig.notCompared)
      ? ['the mesh configuration']
      : []),
  ];
  return [...new Set(all)];
}

function comparedAnything({ findings, proxies, versions, meshConfig, objects }: MeshDiff): boolean {
  return (
    (objects?.kinds ?? 0) > 0 ||
    (proxies?.same ?? 0) > 0 ||
    (findings?.remaining ?? 0) > 0 ||
    (versions?.same.length ?? 0) > 0 ||
    (meshConfig?.compared.length ?? 0) > 0
  );
}

/** 1 when the two differ, as for every comparison. */
export function meshDiffExitCode({ differs }: MeshDiff): ExitCode {
  return differs ? ExitCode.no : ExitCode.ok;
}
