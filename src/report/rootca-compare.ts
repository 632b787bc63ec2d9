import type { RootCompareAnswer } from '../answers/root-compare.ts';
import type { RootSetsAnswer } from '../answers/root-sets.ts';
import { proxyId } from '../kube/pod-ref.ts';
import type { Reporter } from './reporter.ts';
import { rootCompareText } from './root-compare.ts';
import { rootSetsText } from './root-sets.ts';

/** Two proxies or the whole mesh, in our text. */
export const rootcaCompareReport: Reporter<RootCompareAnswer | RootSetsAnswer> = (answer, options) =>
  answer.kind === 'RootSets' ? rootSetsText(answer, options) : rootCompareText(answer, options);

/**
 * The reference's sentence on two pods: identical when they share any root. The reference knows no mesh-wide form,
 * so that one keeps our text. Source: spec of proxy-config §11.
 */
export const compatRootcaCompareReport: Reporter<RootCompareAnswer | RootSetsAnswer> = (answer, options) => {
  if (answer.kind === 'RootSets') return rootSetsText(answer, options);
  const [word, effect] =
    answer.shared.length > 0 ? ['identical', 'available'] : ['non identical', 'unavailable'];
  const pods = `Both [${proxyId(answer.a.proxy)}] and [${proxyId(answer.b.proxy)}]`;
  return `${pods} have the ${word} ROOTCA, theoretically the connectivity between them is ${effect}\n`;
};
