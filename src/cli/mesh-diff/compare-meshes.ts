import {
  DIFF_SECTIONS,
  type DiffParts,
  type DiffSection,
  type DiffSubject,
  hasDifferences,
  type MeshDiff,
} from '../../answers/mesh-diff/mesh-diff.ts';
import type { ConfigsDiff } from '../../answers/mesh-diff/proxy-config.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { areOneCluster } from '../../sources/same-cluster.ts';
import { notFoundError } from '../../util/errors.ts';
import type { CommandContext } from '../context.ts';
import { requireNamespace, wantedNamespace } from '../namespaces.ts';
import { resolveProxy } from '../proxy-argument.ts';
import { noteDiffGaps } from './note-gaps.ts';
import { readConfigsDiff } from './read-configs.ts';
import { type FindingsRequest, readFindingsDiff } from './read-findings.ts';
import { readMeshConfigDiff } from './read-mesh-config.ts';
import { readObjectsDiff } from './read-objects.ts';
import { type ReadProxies, readProxiesDiff } from './read-proxies.ts';
import { readVersionsDiff } from './read-versions.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** What of two meshes is compared. */
export interface CompareRequest {
  readonly sections: readonly DiffSection[];
  /** The only proxy whose state and configuration are compared. */
  readonly proxy: string | undefined;
  /** What the findings are found with; called when they are asked for. */
  readonly findings: () => Promise<FindingsRequest>;
}

/** Compares two meshes section by section. What a side lacks is noted as a gap. */
export async function compareMeshes(
  context: CommandContext,
  sides: DiffSides,
  { sections, proxy, findings }: CompareRequest,
): Promise<MeshDiff> {
  const namespace = wantedNamespace(context);
  const wants = (section: DiffSection): boolean => sections.includes(section);
  const sameCluster = await areOneCluster(sides.left.source, sides.right.source);
  const read = wants('proxies') || wants('versions') ? await readProxiesDiff(sides) : undefined;
  const parts: DiffParts = {
    ...(wants('findings') ? { findings: await readFindingsDiff(sides, await findings()) } : {}),
    ...(read !== undefined && wants('proxies') ? await proxyParts(context, sides, read, proxy) : {}),
    ...(read !== undefined && wants('versions') ? { versions: await readVersionsDiff(sides, read) } : {}),
    ...(wants('mesh-config') ? { meshConfig: await readMeshConfigDiff(sides) } : {}),
    ...(wants('objects') ? { objects: await readObjectsDiff(sides, sameCluster) } : {}),
  };
  noteDiffGaps(sides, parts);
  const differs = hasDifferences(parts);
  if (namespace !== undefined && !differs) await requireNamespaceSomewhere(sides, namespace);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'MeshDiff',
    left: await subjectOf(sides.left),
    right: await subjectOf(sides.right),
    sameCluster,
    namespace,
    differs,
    ...inOrder(parts),
  };
}

/** Sections in the order in which they are told. */
function inOrder(parts: DiffParts): DiffParts {
  const names = {
    findings: ['findings'],
    proxies: ['proxies', 'proxyConfigs'],
    versions: ['versions'],
    'mesh-config': ['meshConfig'],
    objects: ['objects'],
  } as const satisfies Record<DiffSection, readonly (keyof DiffParts)[]>;
  const all = DIFF_SECTIONS.flatMap((section): readonly (keyof DiffParts)[] => names[section]);
  return Object.fromEntries(all.filter((name) => name in parts).map((name) => [name, parts[name]]));
}

async function subjectOf({ source }: DiffSide): Promise<DiffSubject> {
  return {
    source: source.kind === 'cluster' ? `the live mesh of ${source.label}` : source.label,
    takenAt: source.now.toISOString(),
    clusters: await source.clusters(),
    redaction: source.recorded?.redaction,
  };
}

/** All Envoys of a live mesh would be asked for all that they hold. */
const LEFT_OUT: ConfigsDiff = {
  compared: 0,
  same: 0,
  changes: [],
  notCompared: [],
  leftOut: 'a live mesh is asked for it one proxy at a time: --proxy POD compares that one',
};

async function proxyParts(
  context: CommandContext,
  sides: DiffSides,
  { diff, pairs }: ReadProxies,
  proxy: string | undefined,
): Promise<Pick<DiffParts, 'proxies' | 'proxyConfigs'>> {
  if (proxy === undefined) {
    const isLive = [sides.left, sides.right].some(({ source }) => source.kind === 'cluster');
    return {
      proxies: diff,
      proxyConfigs: isLive ? LEFT_OUT : await readConfigsDiff(context, sides, pairs),
    };
  }
  const id = await proxyOf(sides, proxy);
  const own = pairs.filter(({ before, after }) => before.proxy === id || after.proxy === id);
  const changes = diff.changes.filter(({ before, after }) => before?.proxy === id || after?.proxy === id);
  if (own.length === 0 && changes.length === 0)
    throw notFoundError(`one side alone knows ${id}: there is nothing to compare it with`, {
      hint: 'meshscope proxy-status --from A (and B) tells what each knows of it',
    });
  const counts = { worse: 0, new: 0, gone: 0, other: 0, better: 0 };
  for (const { what } of changes) counts[what]++;
  const proxies = { ...diff, changes, counts, same: own.length - changes.length, replaced: 0, unknown: 0 };
  return { proxies, proxyConfigs: await readConfigsDiff(context, sides, own) };
}

/** The ID of the proxy that an argument names on the second side, else on the first one. Throws exit 66. */
async function proxyOf({ left, right }: DiffSides, argument: string): Promise<string> {
  try {
    return proxyId(await resolveProxy(right.context, argument));
  } catch (cause) {
    return resolveProxy(left.context, argument).then(proxyId, () => {
      throw cause;
    });
  }
}

/** Throws exit 66 when neither side knows the namespace. */
async function requireNamespaceSomewhere({ left, right }: DiffSides, namespace: string): Promise<void> {
  try {
    await requireNamespace(right.context, namespace);
  } catch (cause) {
    await requireNamespace(left.context, namespace).catch(() => {
      throw cause;
    });
  }
}
