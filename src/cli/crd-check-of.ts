import type { CrdCheck } from '../config/crd/crd-check.ts';
import type { AnalysisInput } from './analysis-input.ts';
import type { CommandContext } from './context.ts';

const SHOWN = 3;

/**
 * The CRDs of an input as judges of what comes from files; `undefined` when there are no CRDs, or nothing to judge:
 * what is in the cluster has passed the API server. The libraries for it are loaded only here.
 */
export async function crdCheckOf(input: AnalysisInput): Promise<CrdCheck | undefined> {
  const crds = input.objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const judged = input.objects.some(
    (object) => !crds.includes(object) && input.originOf(object) !== undefined,
  );
  if (crds.length === 0 || !judged) return undefined;
  const { createCrdCheck } = await import('../config/crd/crd-check.ts');
  const { refused, unevaluated } = createCrdCheck(crds);
  return { unevaluated, refused: (object) => (input.originOf(object) === undefined ? [] : refused(object)) };
}

/** Says which rules of the CRDs could not be asked, once each. */
export function noteUnevaluated(context: CommandContext, check: CrdCheck | undefined): void {
  const all = check?.unevaluated() ?? [];
  const more = all.length > SHOWN ? `; and ${all.length - SHOWN} more` : '';
  if (all.length > 0)
    context.gap({ what: 'rules of CRDs', why: `not evaluated: ${all.slice(0, SHOWN).join('; ')}${more}` });
}
