import { type Finding, pathSteps } from '../analysis/finding.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ResourcePlace } from './rendered-places.ts';

/** Findings with file, line and column where their resource was read from a file; of a rendered one without what is not known. */
export function locate(
  findings: readonly Finding[],
  objectOf: (finding: Finding) => KubeObject | undefined,
  originOf: (object: KubeObject) => ResourcePlace | undefined,
): readonly Finding[] {
  return findings.map((finding) => {
    const object = objectOf(finding);
    const origin = object && originOf(object);
    if (origin === undefined) return finding;
    const { line, column } = origin.field(pathSteps(finding.location?.path ?? ''));
    return { ...finding, location: { ...finding.location, file: origin.file, line, column } };
  });
}
