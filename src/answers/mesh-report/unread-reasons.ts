import { counted } from '../../util/counted.ts';
import type { MeshReport, ReportVerdict } from './mesh-report.ts';

type Reason = ReportVerdict['reasons'][number];
type Parts = Pick<MeshReport, 'findings' | 'proxies' | 'certificates' | 'controlPlane' | 'graph'>;

/** What was not read and could tell that something is wrong: a verdict is never good without it. */
export function unreadReasons({
  findings,
  proxies,
  certificates,
  controlPlane,
  graph,
}: Parts): readonly Reason[] {
  const unknown = (text: string, section: Reason['section']): Reason => ({ level: 'unknown', text, section });
  const reasons: Reason[] = [];
  const { istiodsAnswered, istiodsAsked, podsKnown } = proxies;
  if (istiodsAsked === 0) reasons.push(unknown('no istiod was found to ask', 'control-plane'));
  else if (istiodsAnswered < istiodsAsked)
    reasons.push(
      unknown(
        `${istiodsAnswered} of ${istiodsAsked} istiods said what they know of proxies`,
        'control-plane',
      ),
    );
  // What istiod failed to send is told there alone.
  const silent = controlPlane.filter(({ unread }) => unread !== undefined).map(({ istiod }) => istiod);
  if (silent.length > 0) reasons.push(unknown(`metrics of ${named(silent)} not read`, 'control-plane'));
  else if (controlPlane.length === 0 && istiodsAsked > 0)
    reasons.push(unknown('metrics of no istiod were read', 'control-plane'));
  if (!podsKnown) reasons.push(unknown('not all pods are known: a proxy may be missing', 'proxies'));
  if (findings.resources === 0) reasons.push(unknown('no configuration could be read', 'findings'));
  else if (findings.skipped.length > 0)
    reasons.push(unknown(`${counted(findings.skipped.length, 'check')} did not run`, 'findings'));
  // Of pods it is told above.
  const inPart = (findings.inPart ?? []).filter((kind) => kind !== 'Pod' || podsKnown);
  if (inPart.length > 0) reasons.push(unknown(`${named(inPart)} read in part only`, 'findings'));
  if (certificates.unread.length > 0)
    reasons.push(
      unknown(`certificates of ${named(certificates.unread.map(({ who }) => who))} not read`, 'certificates'),
    );
  else if (certificates.certificates.length === 0)
    reasons.push(unknown('no certificate could be read', 'certificates'));
  if (graph === undefined && findings.resources > 0)
    reasons.push(unknown('the dependency graph was not built', 'graph'));
  return reasons;
}

const NAMED = 3;

/** `a, b, c and 4 more`, each name once. */
export function named(all: readonly string[]): string {
  const names = [...new Set(all)];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
