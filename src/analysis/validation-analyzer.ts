import type { Problem } from '../config/validation/spot.ts';
import { type ValidatedKind, validateResource } from '../config/validation/validate-resource.ts';
import { type Analyzer, defineAnalyzer } from './analyzer.ts';
import { SHARED_MESSAGES } from './messages.ts';

type Code = 'IST0106' | 'IST0130' | 'IST0131' | 'IST0133';

/**
 * The analyzer that judges each resource of a kind by itself, by the rules that istiod has for it. `codes` are those
 * that its rules lead to.
 */
export function validationAnalyzer(kind: ValidatedKind, codes: readonly Code[]): Analyzer {
  return defineAnalyzer({
    name: `schema.${kind}Analyzer`,
    referenceName: `schema.ValidationAnalyzer.${kind}`,
    description: `Checks each ${kind} by itself: fields that are missing, contradict each other or have wrong values.`,
    inputs: [kind],
    messages: SHARED_MESSAGES,
    codes,
    scope: 'object',
    analyze: (context) => {
      for (const resource of context.all(kind))
        for (const problem of validateResource(kind, resource))
          context.report(codeOf(problem), { problem: problem.text }, { resource, path: problem.path });
    },
  });
}

function codeOf({ level, about }: Problem): Code {
  if (about !== undefined) return about === 'unreachable' ? 'IST0130' : 'IST0131';
  return level === 'error' ? 'IST0106' : 'IST0133';
}
