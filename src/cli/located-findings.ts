import { type Finding, pathSteps } from '../analysis/finding.ts';
import type { ResourceOrigin } from '../config/resource.ts';
import type { KubeObject } from '../kube/object.ts';

/** Findings with file, line and column where their resource was read from a file. */
export function locate(
  findings: readonly Finding[],
  objectOf: (finding: Finding) => KubeObject | undefined,
  originOf: (object: KubeObject) => ResourceOrigin | undefined,
): readonly Finding[] {
  return findings.map((finding) => {
    const object = objectOf(finding);
    const origin = object && originOf(object);
    if (origin === undefined) return finding;
    const { line, column } = origin.field(pathSteps(finding.location?.path ?? ''));
    return { ...finding, location: { ...finding.location, file: origin.file, line, column } };
  });
}
