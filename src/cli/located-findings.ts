import type { Finding } from '../analysis/finding.ts';
import type { ResourceOrigin } from '../config/resource.ts';
import type { KubeObject } from '../kube/object.ts';

/** The steps of a path that a finding has as text: `spec.ports[0]["a.b"]`. */
export function pathSteps(text: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (const [, index, quoted, name] of text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]]+)/g)) {
    if (index !== undefined) steps.push(Number(index));
    else steps.push(quoted === undefined ? (name ?? '') : String(JSON.parse(quoted)));
  }
  return steps;
}

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
