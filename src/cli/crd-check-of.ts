import type { CrdCheck } from '../config/crd/crd-check.ts';
import type { KubeObject } from '../kube/object.ts';
import { KINDS } from '../mesh/kinds.ts';
import type { AnalysisInput } from './analysis-input.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';

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

/** The CRDs that the mesh serves; what keeps them from being read is a gap. */
export async function servedCrds(context: CommandContext): Promise<readonly KubeObject[]> {
  const source = await context.source();
  const answer = await source.resources(KINDS.CustomResourceDefinition);
  noteMissing(context, 'CRDs', answer, 'resources are not compared with them');
  return answer.ok ? answer.value : [];
}
