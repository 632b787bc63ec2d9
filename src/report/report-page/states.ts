import type { MeshReport, ReportSection } from '../../answers/mesh-report/mesh-report.ts';
import { certificatesState } from './certificates.ts';
import { controlPlaneState } from './control-plane.ts';
import { findingsState } from './findings.ts';
import { gapsState } from './gaps.ts';
import { graphState } from './graph.ts';
import { proxiesState } from './proxies.ts';
import { SECTION_IDS, type SectionState } from './section.ts';
import { versionsState } from './versions.ts';
import type { Tone } from './words.ts';

const WORST: readonly Tone[] = ['error', 'warning', 'unknown'];

/** Every section in a few words, and how bad it is: as bad as the verdict's reasons say, so that both never differ. */
export function sectionStates(report: MeshReport): Readonly<Record<ReportSection, SectionState>> {
  const { findings, proxies, certificates, versions, graph, controlPlane } = report;
  const states = {
    findings: findingsState(findings),
    proxies: proxiesState(proxies),
    certificates: certificatesState(certificates),
    versions: versionsState(versions),
    graph: graphState(graph),
    'control-plane': controlPlaneState(controlPlane),
    gaps: gapsState(report),
  };
  for (const id of SECTION_IDS) states[id] = judged(id, states[id], report);
  return states;
}

/** What is wrong in itself and no reason of the verdict is worth knowing, not alarming. */
function judged(id: ReportSection, { tone, text }: SectionState, { verdict }: MeshReport): SectionState {
  const levels = verdict.reasons.filter(({ section }) => section === id).map(({ level }) => level);
  const worst = WORST.find((level) => (levels as readonly string[]).includes(level));
  const own = tone === 'error' || tone === 'warning' ? 'info' : tone;
  return { tone: worst ?? own, text };
}
