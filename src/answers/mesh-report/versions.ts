import type { KubeObject } from '../../kube/object.ts';
import { asString, field } from '../../util/json.ts';
import { compareText } from '../../util/text.ts';
import type { VersionSkew } from '../version-skew.ts';
import type { ReportVersions } from './mesh-report.ts';

/** What the versions are counted from. */
export interface VersionFacts {
  readonly istiods: readonly { readonly pod: string; readonly version: string; readonly revision: string }[];
  /** One a proxy; `undefined` where nobody told it. */
  readonly proxies: readonly (string | undefined)[];
  readonly skew: readonly VersionSkew[];
  readonly nodes: readonly KubeObject[];
}

/** What stands for the version of who does not tell it. */
export const UNKNOWN_VERSION = 'unknown';

/** Who runs which version, each version once. */
export function reportVersions({ istiods, proxies, skew, nodes }: VersionFacts): ReportVersions {
  const control = new Map<string, { version: string; revision: string; pods: string[] }>();
  for (const { pod, version, revision } of istiods) {
    const key = `${version}\u0000${revision}`;
    const group = control.get(key) ?? { version, revision, pods: [] };
    control.set(key, group);
    group.pods.push(pod);
  }
  for (const { pods } of control.values()) pods.sort(compareText);
  return {
    istiods: [...control.values()].sort(
      (a, b) => compareText(a.version, b.version) || compareText(a.revision, b.revision),
    ),
    proxies: counted(proxies),
    skew,
    nodes: counted(nodes.map((node) => asString(field(node, 'status', 'nodeInfo', 'kubeletVersion')))),
  };
}

function counted(versions: readonly (string | undefined)[]): ReportVersions['nodes'] {
  const counts = new Map<string, number>();
  for (const version of versions) {
    const name = version === undefined || version === '' ? UNKNOWN_VERSION : version;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([version, count]) => ({ version, count }))
    .sort((a, b) => b.count - a.count || compareText(a.version, b.version));
}
