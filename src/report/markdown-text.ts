import { escapeLine } from '../util/text.ts';

/**
 * Text of others without effect: no markup, no table cells, no mention of people, no links (a name that begins with
 * `www.` is one, too), and at the beginning of a line no heading, item or rule.
 */
export function plain(text: string): string {
  return escapeLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#47;&#47;')
    .replace(/\b(www)\./gi, '$1&#46;')
    .replace(/^[#=+-]/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}
