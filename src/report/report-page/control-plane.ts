import type { LabelledValue, ReportIstiod } from '../../answers/mesh-report/mesh-report.ts';
import { humanDuration } from '../../util/duration.ts';
import { type Markup, markup } from '../html-page/markup.ts';
import { barChart, longestOf } from './bars.ts';
import { type SectionState, section } from './section.ts';
import { countText, sign } from './words.ts';

type Histogram = NonNullable<ReportIstiod['convergence']>;
type Counted = 'connections' | 'pushes' | 'errors' | 'triggers' | 'conflicts';

/** The control plane in a few words. */
export function controlPlaneState(istiods: readonly ReportIstiod[]): SectionState {
  if (istiods.length === 0) return { tone: 'unknown', text: 'no istiod is known' };
  const unread = istiods.filter((istiod) => istiod.unread !== undefined).length;
  const errors = istiods.flatMap(({ errors = [] }) => errors).reduce((sum, { value }) => sum + value, 0);
  const known = istiods.some((istiod) => istiod.errors !== undefined);
  const isWhole = istiods.every((istiod) => istiod.errors !== undefined);
  const parts = [
    countText(istiods.length, 'istiod'),
    ...(unread === 0 ? [] : [`${unread} without metrics`]),
    ...(known ? [errors === 0 ? 'no errors' : countText(errors, 'error')] : []),
  ];
  const tone = errors > 0 ? 'warning' : isWhole ? 'good' : 'unknown';
  return { tone, text: parts.join(', ') };
}

/** What the metrics of each istiod say, a chart for each question. */
export function controlPlaneSection(istiods: readonly ReportIstiod[], state: SectionState): Markup {
  const longest = (name: Counted): number => longestOf(istiods.flatMap((istiod) => istiod[name] ?? []));
  const body = istiods.map((istiod) => {
    const { istiod: name, namespace, uptimeSeconds } = istiod;
    const up = uptimeSeconds === undefined ? '' : ` · up ${humanDuration(uptimeSeconds * 1000)}`;
    return markup`<article class="istiod"><h3>${name} <span class="faint">${namespace}${up}</span></h3>
${istiod.unread === undefined ? charts(istiod, longest) : markup`<p class="note">${sign('unknown')} No metrics: ${istiod.unread}</p>`}</article>
`;
  });
  const note =
    istiods.length > 1
      ? markup`<p class="faint">Bars of the same chart have one scale for all istiods.</p>`
      : undefined;
  return section('control-plane', state, [body, note]);
}

function charts(istiod: ReportIstiod, longest: (name: Counted) => number): Markup {
  const chart = (name: Counted, title: string, by: string, none: string): Markup =>
    barChart({
      title,
      by,
      values: istiod[name],
      longest: longest(name),
      none,
      tone: name === 'errors' ? 'error' : name === 'conflicts' ? 'warning' : undefined,
    });
  return markup`<div class="charts">
${chart('pushes', 'Pushes by type', 'Type', 'None since it started.')}
${chart('errors', 'Errors and refusals', 'What', 'None since it started.')}
${chart('triggers', 'Why pushes were made', 'Reason', 'None since it started.')}
${convergenceChart(istiod.convergence)}
${chart('connections', 'Connected proxies by version', 'Version', 'No proxy is connected.')}
${chart('conflicts', 'Conflicts and endpoints without a pod', 'Metric', 'None.')}
</div>`;
}

function convergenceChart(convergence: Histogram | undefined): Markup {
  return barChart({
    title: 'Time until proxies have a change',
    by: 'Time',
    values: convergence && convergenceValues(convergence),
    none: 'Nothing was measured yet.',
    note: convergence && quantileText(convergence),
  });
}

/** The steps of the histogram as people read them; empty ones at both ends are left out. */
export function convergenceValues(convergence: Histogram): readonly LabelledValue[] {
  const values = convergence.map(({ upToSeconds, count }, index) => {
    const below = convergence[index - 1]?.upToSeconds;
    const label =
      upToSeconds !== 'more'
        ? `≤ ${secondsText(upToSeconds)}`
        : `> ${below === undefined ? '0s' : secondsText(below)}`;
    return { label, value: count };
  });
  const isUsed = ({ value }: LabelledValue): boolean => value > 0;
  return values.slice(values.findIndex(isUsed), values.findLastIndex(isUsed) + 1);
}

/** `50 % within 0.1s, 99 % within 3s`: bounds of the steps that hold these shares. */
export function quantileText(convergence: Histogram): string | undefined {
  const total = convergence.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  return [0.5, 0.99]
    .map((share) => {
      let seen = 0;
      const step = convergence.find(({ count }) => {
        seen += count;
        return seen >= total * share;
      });
      const upTo = step?.upToSeconds ?? 'more';
      const words = upTo === 'more' ? 'longer than all steps' : `within ${secondsText(upTo)}`;
      return `${share * 100}% ${words}`;
    })
    .join(', ');
}

function secondsText(seconds: number | 'more'): string {
  return seconds === 'more' ? 'more' : `${seconds}s`;
}
