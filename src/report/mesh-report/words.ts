import type { MeshReport, ReportIstiod } from '../../answers/mesh-report/mesh-report.ts';
import { counted } from '../../util/counted.ts';
import { humanDuration } from '../../util/duration.ts';
import { lifeLeft } from '../life-left.ts';

/** The sections of a report for people, in reading order. */
export const SECTIONS = {
  findings: 'configuration',
  proxies: 'proxies',
  certificates: 'certificates',
  'control-plane': 'control plane',
  versions: 'versions',
  graph: 'dependencies',
  gaps: 'missing',
} as const;

/** A report in a line a section: what is there, not what is wrong with it. */
export function sectionLines(report: MeshReport): readonly (readonly [keyof typeof SECTIONS, string])[] {
  return [
    ['findings', findingsLine(report)],
    ['proxies', proxiesLine(report)],
    ['certificates', certificatesLine(report)],
    ['control-plane', report.controlPlane.map(istiodLine).join('; ') || 'no istiod was asked'],
    ['versions', versionsLine(report)],
    ['graph', graphLine(report)],
  ];
}

function findingsLine({ findings: { counts, resources, skipped, inPart = [] } }: MeshReport): string {
  const found = [
    counted(counts.error, 'error'),
    counted(counts.warning, 'warning'),
    counted(counts.info, 'note'),
  ].join(', ');
  const checks = skipped.length === 0 ? '' : `; ${counted(skipped.length, 'check')} did not run`;
  const parts = inPart.length === 0 ? '' : `; ${counted(inPart.length, 'kind')} read in part`;
  const left = `${checks}${parts}`;
  return resources === 0 ? `not read${left}` : `${found} in ${counted(resources, 'resource')}${left}`;
}

function proxiesLine({ proxies }: MeshReport): string {
  const { rows, inSync, istiodsAnswered, istiodsAsked, podsKnown } = proxies;
  const pods = podsKnown ? '' : '; the list of pods is not whole';
  const asked = `${istiodsAnswered} of ${counted(istiodsAsked, 'istiod')} answered`;
  return rows.length === 0
    ? `none known; ${asked}${pods}`
    : `${inSync} of ${rows.length} in sync; ${asked}${pods}`;
}

function certificatesLine({ certificates: { certificates, unread }, subject }: MeshReport): string {
  const [first] = certificates;
  const rest = unread.length === 0 ? '' : `; ${unread.length} not read`;
  if (first === undefined) return `none read${rest}`;
  const life = lifeLeft(first, new Date(subject.takenAt));
  const ends = life === 'expired' ? 'has expired' : life.startsWith('in ') ? `ends ${life}` : `is ${life}`;
  return `${certificates.length}; first ${first.name}, which ${ends}${rest}`;
}

/** One istiod in a line. */
export function istiodLine(one: ReportIstiod): string {
  if (one.unread !== undefined) return `${one.istiod}: its metrics were not read (${one.unread})`;
  const sum = (values: ReportIstiod['pushes']): number =>
    (values ?? []).reduce((total, { value }) => total + value, 0);
  const parts = [
    one.uptimeSeconds === undefined ? [] : `up ${humanDuration(one.uptimeSeconds * 1000)}`,
    one.connections === undefined ? [] : counted(sum(one.connections), 'connection'),
    one.pushes === undefined ? [] : counted(sum(one.pushes), 'push', 'pushes'),
    one.errors === undefined ? [] : counted(sum(one.errors), 'refusal or error', 'refusals and errors'),
  ].flat();
  return `${one.istiod}: ${parts.length === 0 ? 'its metrics say nothing of pushes' : parts.join(', ')}`;
}

function versionsLine({ versions: { istiods, proxies, nodes } }: MeshReport): string {
  const listed = (all: readonly { readonly version: string; readonly count: number }[]): string =>
    all.length === 0 ? 'not known' : all.map(({ version, count }) => `${version} × ${count}`).join(', ');
  const control = istiods.map(({ version, pods }) => ({ version, count: pods.length }));
  return `istiod ${listed(control)}; proxies ${listed(proxies)}; nodes ${listed(nodes)}`;
}

function graphLine({ graph }: MeshReport): string {
  if (graph === undefined) return 'not built';
  const there = graph.nodes.filter(({ state }) => state === 'there').length;
  const parts = [
    counted(there, 'object'),
    counted(graph.edges.length, 'reference'),
    counted(graph.cycles.filter(({ level }) => level === 'error').length, 'loop'),
    `${graph.dangling.length} broken`,
  ];
  return parts.join(', ');
}
