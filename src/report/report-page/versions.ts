import type { ReportVersions } from '../../answers/mesh-report/mesh-report.ts';
import { UNKNOWN_VERSION } from '../../answers/mesh-report/versions.ts';
import type { VersionSkew } from '../../answers/version-skew.ts';
import { type Markup, markup } from '../html-page/markup.ts';
import { barChart } from './bars.ts';
import { type SectionState, section } from './section.ts';
import { countText, nameList, numberText, sign } from './words.ts';

/** The versions in a few words. */
export function versionsState({ istiods, proxies, skew }: ReportVersions): SectionState {
  const names = [...new Set(istiods.map(({ version }) => version))];
  const plane = names.length === 0 ? 'no istiod is known' : `istiod ${names.join(', ')}`;
  const away = skew.reduce((sum, one) => sum + one.proxies.length, 0);
  if (away > 0) {
    const tone = skew.some(({ supported }) => !supported) ? 'error' : 'warning';
    return { tone, text: `${plane}; ${countText(away, 'proxy', 'proxies')} of another version` };
  }
  if (names.length === 0 || proxies.length === 0) return { tone: 'unknown', text: plane };
  const silent = proxies.find(({ version }) => version === UNKNOWN_VERSION)?.count ?? 0;
  if (silent > 0) {
    const text = `${plane}; ${countText(silent, 'proxy', 'proxies')} of unknown version`;
    return { tone: 'unknown', text };
  }
  return { tone: 'good', text: `${plane}; no proxy of another version` };
}

/** Who runs which version, and who runs another one than its control plane. */
export function versionsSection(versions: ReportVersions, state: SectionState): Markup {
  const { proxies, nodes } = versions;
  return section('versions', state, [
    versions.skew.length === 0 ? undefined : skewTable(versions.skew),
    markup`<div class="charts">
${planeTable(versions)}
${barChart({ title: 'Proxies', by: 'Version', values: labelled(proxies), none: 'None is known.' })}
${barChart({ title: 'Nodes', by: 'Version of the kubelet', values: labelled(nodes), none: 'None is known.' })}
</div>`,
  ]);
}

function labelled(counts: readonly { readonly version: string; readonly count: number }[]) {
  return counts.map(({ version, count }) => ({ label: version, value: count }));
}

function planeTable({ istiods }: ReportVersions): Markup {
  if (istiods.length === 0)
    return markup`<div class="chart"><p class="title">Control plane</p><p class="faint">None is known.</p></div>`;
  const rows = istiods.map(
    ({ version, revision, pods }) =>
      markup`<tr><th scope="row">${version}</th><td>${revision}</td><td>${nameList(pods)}</td></tr>
`,
  );
  return markup`<div class="chart"><table class="small"><caption>Control plane</caption>
<thead><tr><th scope="col">Version</th><th scope="col">Revision</th><th scope="col">Pods</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function skewTable(skew: readonly VersionSkew[]): Markup {
  const rows = skew.map((one) => {
    const { proxyVersion, controlPlaneVersion, supported, proxies } = one;
    return markup`<tr><td data-title="State">${sign(supported ? 'warning' : 'error')} ${supported ? 'supported' : 'not supported'}</td><th scope="row" data-title="Proxies have">${proxyVersion}</th><td data-title="Their istiod has">${controlPlaneVersion}</td><td data-title="Difference">${differenceText(one)}</td><td data-title="Proxies">${numberText(proxies.length)}: ${nameList(proxies)}</td></tr>
`;
  });
  return markup`<table class="rows"><caption>Proxies of another version than their istiod</caption>
<thead><tr><th scope="col">State</th><th scope="col">Proxies have</th><th scope="col">Their istiod has</th><th scope="col">Difference</th><th scope="col">Proxies</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function differenceText({ relation, minors }: VersionSkew): string {
  const size = minors === 0 ? 'by a patch' : `by ${countText(minors, 'minor version')}`;
  return `${relation} ${size}`;
}
