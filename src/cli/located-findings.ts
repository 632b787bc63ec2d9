import { type Finding, pathSteps } from '../analysis/finding.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ResourcePlace } from './rendered-places.ts';

/**
 * Findings with file, line and column where their resource was read from a file (of a rendered one without what is not
 * known), and with its cluster where there are several.
 */
export function locate(
  findings: readonly Finding[],
  objectOf: (finding: Finding) => KubeObject | undefined,
  originOf: (object: KubeObject) => ResourcePlace | undefined,
  clusterOf: (object: KubeObject) => string | undefined = () => undefined,
): readonly Finding[] {
  return findings.map((finding) => {
    const object = objectOf(finding);
    if (object === undefined) return finding;
    const origin = originOf(object);
    const cluster = clusterOf(object);
    if (origin === undefined) return cluster === undefined ? finding : { ...finding, cluster };
    const { line, column } = origin.field(pathSteps(finding.location?.path ?? ''));
    return { ...finding, location: { ...finding.location, file: origin.file, line, column } };
  });
}
