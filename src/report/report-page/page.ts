import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import { graphData } from '../graph-view/data.ts';
import { GRAPH_VIEW } from '../graph-view/graph-view.ts';
import { markup } from '../html-page/markup.ts';
import { pageText } from '../html-page/page.ts';
import { plainJson } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { certificatesSection, certificatesState } from './certificates.ts';
import { controlPlaneSection, controlPlaneState } from './control-plane.ts';
import { findingsSection, findingsState } from './findings.ts';
import { gapsSection, gapsState } from './gaps.ts';
import { graphSection, graphState } from './graph.ts';
import { contents, head } from './head.ts';
import keys from './keys.js?raw';
import list from './list.js?raw';
import main from './main.js?raw';
import narrow from './narrow.css?raw';
import style from './page.css?raw';
import { proxiesSection, proxiesState } from './proxies.ts';
import sections from './sections.css?raw';
import sorting from './sorting.js?raw';
import theme from './theme.js?raw';
import { versionsSection, versionsState } from './versions.ts';
import { capital } from './words.ts';

/** The report as one page that a person reads: everything is in its text, the script adds filters and the drawing. */
export const html: Reporter<MeshReport> = (answer, options) => {
  const report = plainJson(answer) as MeshReport;
  const now = momentOf(report, options.now);
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
  return pageText({
    title: `${capital(report.verdict.title)} · mesh report`,
    styles: [GRAPH_VIEW.style, style, sections, narrow],
    modules: [...GRAPH_VIEW.modules, sorting, list, keys, theme, main],
    body: markup`<a class="skip" href="#findings">To the findings</a>
${head(report)}<div class="columns">
${contents(states)}<main>
${findingsSection(findings)}${proxiesSection(proxies, now)}${certificatesSection(certificates, now)}${versionsSection(versions)}${graphSection(graph)}${controlPlaneSection(controlPlane)}${gapsSection(report)}</main>
</div>`,
    data: graph === undefined ? null : graphData(graph),
  });
};

/** The moment that the data is of; that of the run where it is not known. */
function momentOf({ subject }: MeshReport, now: Date): Date {
  const ms = Date.parse(subject.takenAt);
  return Number.isNaN(ms) ? now : new Date(ms);
}
