import type { ProxyLevel } from '../../answers/proxy-level.ts';
import { humanDuration } from '../../util/duration.ts';
import { asIs, type Markup, markup } from '../html-page/markup.ts';

/** How bad something is, as the page shows it: by sign, word and colour. */
export type Tone = 'error' | 'warning' | 'good' | 'unknown' | 'info';

const SIGNS: Readonly<Record<Tone, string>> = {
  error: '✖',
  warning: '!',
  good: '✔',
  unknown: '?',
  info: 'i',
};

/** The tone of how bad a proxy's state is. */
export const TONE_OF_LEVEL: Readonly<Record<ProxyLevel, Tone>> = {
  bad: 'error',
  warn: 'warning',
  good: 'good',
  unknown: 'unknown',
  plain: 'info',
};

/** The tone that a level names; a level that is none is unknown. */
export function toneOf(level: string): Tone {
  return Object.hasOwn(SIGNS, level) ? (level as Tone) : 'unknown';
}

/** A sign for those who see; who can't hears the word that stands beside it. */
export function sign(tone: Tone): Markup {
  return markup`<span class="sign ${tone}" aria-hidden="true">${SIGNS[tone]}</span>`;
}

/** A sign with a word that only a screen reader reads out: for places where nothing else says how bad it is. */
export function spokenSign(tone: Tone, word: string): Markup {
  return markup`${sign(tone)}<span class="spoken">${word}: </span>`;
}

/** A text that begins a line. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A count with its word: `1 proxy`, `2,000 proxies`. */
export function countText(count: number, word: string, plural = `${word}s`): string {
  return `${numberText(count)} ${count === 1 ? word : plural}`;
}

/** A number with a comma between thousands. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : '-';
}

/** A moment in UTC to the second, as people read it; a text that is no moment as it is. */
export function momentText(iso: string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? iso : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A moment that programs read, too. */
export function moment(iso: string): Markup {
  return markup`<time datetime="${iso}">${momentText(iso)}</time>`;
}

/** `in 3d`, `3d ago`: a moment as seen from another one; empty when either is none. */
export function distanceText(iso: string, from: Date): string {
  const ms = Date.parse(iso) - from.getTime();
  if (Number.isNaN(ms)) return '';
  return ms >= 0 ? `in ${humanDuration(ms)}` : `${humanDuration(-ms)} ago`;
}

/** Items as a list in a sentence's place; nothing for none. */
export function bulletList(items: readonly (Markup | string)[], className = 'bullets'): Markup | undefined {
  if (items.length === 0) return undefined;
  return markup`<ul class="${className}">${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

/** Names, the first few in sight and the rest to be opened. */
export function nameList(names: readonly string[], shown = 3): Markup {
  const [first, rest] = [names.slice(0, shown), names.slice(shown)];
  const start = first.map(
    (name, index) => markup`${asIs(index === 0 ? '' : ', ')}<span class="name">${name}</span>`,
  );
  if (rest.length === 0) return markup`${start}`;
  return markup`${start}<details class="rest"><summary>and ${numberText(rest.length)} more</summary>${rest.join(', ')}</details>`;
}
