import { escapeLine } from '../util/text.ts';

/** Text of others without effect: no markup, no table cells, no mention of people, no links. */
export function plain(text: string): string {
  return escapeLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#47;&#47;');
}
