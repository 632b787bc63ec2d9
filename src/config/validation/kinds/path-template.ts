import type { Spot } from '../spot.ts';

const ONE = '{*}';
const REST = '{**}';
const LITERAL = /^[A-Za-z0-9\-._~%!$&'()+,;:@=]+$/;

/** Paths of an operation: `{*}` is one segment and `{**}` the rest (analyzers, section 4.10, rule 6). */
export function checkPathTemplate(list: Spot): void {
  list.texts.forEach((path, index) => {
    if (!/[{}]/.test(path)) return;
    const problem = templateProblem(path);
    if (problem !== undefined) list.error(problem, index);
  });
}

function templateProblem(path: string): string | undefined {
  let afterRest = false;
  for (const segment of path.split('/').slice(path.startsWith('/') ? 1 : 0)) {
    const isTemplate = segment === ONE || segment === REST;
    if (!isTemplate && /[{}]/.test(segment))
      return `"${segment}" is neither ${ONE} nor ${REST}, which stand for whole segments`;
    if (isTemplate && afterRest) return `${REST} must be the last template of the path`;
    if (!isTemplate && segment !== '' && !LITERAL.test(segment))
      return `the segment "${segment}" can not stand beside ${ONE} or ${REST}`;
    afterRest ||= segment === REST;
  }
  return undefined;
}
