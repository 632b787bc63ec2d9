import type { OddReplica, ProxyAnswers } from '../answers/proxy-answers.ts';
import { escapeLine } from '../util/text.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { markSymbol, styleFor } from './style.ts';

/** Renders one proxy's answer as text. */
export type Render<T> = (value: T, options: ReportOptions) => string | Iterable<string>;

const NAMES_SHOWN = 4;

/** One proxy: its text alone. Several that were asked for: the odd replicas first, then each proxy's text under its name. */
export function eachProxy<T>(render: Render<T>): Reporter<ProxyAnswers<T>> {
  return (answer, options) => {
    const [only] = answer.proxies;
    if (!answer.several && only) return render(only.value, options);
    return severalTexts(answer, render, options);
  };
}

/** As `eachProxy`, in the reference's form for several pods: `<pod>.<namespace>:` over each. */
export function eachProxyCompat<T>(render: Render<T>): Reporter<ProxyAnswers<T>> {
  return (answer, options) => {
    const [only] = answer.proxies;
    if (answer.proxies.length === 1 && only) return render(only.value, options);
    return answer.proxies
      .map(({ label, value }) => `${escapeLine(label)}:\n${joined(render(value, options))}\n`)
      .join('');
  };
}

function* severalTexts<T>(
  answer: ProxyAnswers<T>,
  render: Render<T>,
  options: ReportOptions,
): Iterable<string> {
  const style = styleFor(options.color);
  for (const odd of answer.odd) {
    yield `${markSymbol('warn', style)} ${style.strong(escapeLine(odd.label))} differs from the other replicas: ${oddText(odd)}\n`;
  }
  if (answer.odd.length > 0) yield '\n';
  for (const [index, { label, value }] of answer.proxies.entries()) {
    if (index > 0) yield '\n';
    yield `${style.strong(escapeLine(label))}\n`;
    yield joined(render(value, options));
  }
}

function joined(text: string | Iterable<string>): string {
  return typeof text === 'string' ? text : [...text].join('');
}

function oddText(odd: OddReplica): string {
  const parts = [
    namesText('lacks', odd.missing),
    namesText('also has', odd.extra),
    namesText('has another', odd.different),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function namesText(verb: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, NAMES_SHOWN).map(escapeLine).join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return `${verb} ${shown}${more}`;
}

/** One proxy's data as it is; where several were asked for an object with one member a proxy, also of one alone. */
export function dataOfProxies<T>(answer: ProxyAnswers<T>, select: (value: T) => unknown): unknown {
  const [only] = answer.proxies;
  if (!answer.several && only) return select(only.value);
  return Object.fromEntries(answer.proxies.map(({ label, value }) => [label, select(value)]));
}
