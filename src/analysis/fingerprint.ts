import { createHash } from 'node:crypto';
import { type Finding, resourceText } from './finding.ts';

/**
 * What makes a finding the same one tomorrow: its code, resource, field and sentence, as 32 hexadecimal digits. Lines
 * and the positions in lists are left out, so that it stays the same when something is written above it. A finding about
 * no resource is known by its file.
 */
export function fingerprint({ code, resource, location, message }: Finding): string {
  const subject = resource === undefined ? (location?.file ?? '') : resourceText(resource);
  const field = (location?.path ?? '').replace(/\[\d+\]/g, '[]');
  const text = [code, subject, field, message].join('\u0000');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * Fingerprints of findings in their order, each different from the others: of several findings that are alike, the
 * second one has `-2` behind it, and so on.
 */
export function uniqueFingerprints(findings: readonly Finding[]): readonly string[] {
  const counts = new Map<string, number>();
  return findings.map((finding) => {
    const print = fingerprint(finding);
    const count = (counts.get(print) ?? 0) + 1;
    counts.set(print, count);
    return count === 1 ? print : `${print}-${count}`;
  });
}
