import type { CertificateInfo } from '../answers/root-info.ts';
import { humanDuration } from '../util/duration.ts';

/** `in 9y361d`, `expired`, or `not valid before 2026-11-24T09:00:00Z`: how a certificate stands at `now`. */
export function lifeLeft(
  { notBefore, notAfter }: Pick<CertificateInfo, 'notBefore' | 'notAfter'>,
  now: Date,
): string {
  const left = Date.parse(notAfter) - now.getTime();
  if (left <= 0) return 'expired';
  return now.getTime() <= Date.parse(notBefore)
    ? `not valid before ${notBefore}`
    : `in ${humanDuration(left)}`;
}
