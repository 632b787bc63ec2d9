import { CODE_PATTERN } from './settings/shape.ts';

/** Prefixes that belong to the reference tool, to this one and to Kiali. */
const TAKEN = ['IST', 'MSH', 'KIA'];

/** Why a code may not be used by somebody's own analyzer or rule; `undefined` when it may. */
export function codeProblem(code: string): string | undefined {
  if (!new RegExp(CODE_PATTERN).test(code))
    return `"${code.slice(0, 40)}" is no code: three capital letters of your own and four digits, such as ACM0001`;
  const prefix = TAKEN.find((one) => code.startsWith(one));
  return prefix === undefined ? undefined : `the codes ${prefix}… are taken: use three letters of your own`;
}
