import { codeProblem } from '../analysis/own-code.ts';
import {
  type ExplainAnswer,
  type Explained,
  type Explanation,
  explainAll,
  explainCode,
  kialiCode,
  nearestCodes,
} from '../answers/explain.ts';
import { defineCommand } from '../cli/command.ts';
import { notFoundError, usageError } from '../util/errors.ts';

export const command = defineCommand({
  name: 'explain',
  description:
    'Says what the code of a finding means: why it matters, what to change, and an example. Without a code, lists all.',
  args: [
    {
      name: 'code',
      description: 'such as IST0144, its name InvalidApplicationUID, or a code of Kiali such as KIA1107',
      variadic: true,
      completes: 'code',
    },
  ],
  options: {},
  examples: [
    { command: 'meshscope explain IST0144', explains: 'why it matters and what to change' },
    { command: 'meshscope explain KIA0105', explains: 'the code that says the same as one of Kiali' },
    { command: 'meshscope explain', explains: 'all codes' },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ args }) => {
    if (args.some((word) => word.trim() === ''))
      throw usageError('an empty word is no code', { hint: 'meshscope explain lists all codes' });
  },
  run: async ({ args }): Promise<ExplainAnswer> => {
    const known = await everything();
    const codes =
      args.length === 0 ? explainAll(known) : unique(args.flatMap((one) => explain(known, one.trim())));
    return { apiVersion: 'meshscope.io/v1', kind: 'Explanation', codes };
  },
  reporters: {
    table: () => import('../report/explain.ts').then((module) => module.explainText),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
});

async function everything(): Promise<Explained> {
  const [{ ANALYZERS, CATALOGUE }, { EXAMPLES }, { KIALI_CODES }] = await Promise.all([
    import('../../analyzers/index.ts'),
    import('../../analyzers/examples.ts'),
    import('../analysis/kiali-codes.ts'),
  ]);
  return { catalogue: CATALOGUE, analyzers: ANALYZERS, kiali: KIALI_CODES, examples: EXAMPLES };
}

/** The codes that a word of the command line means: one of our own, or those that say what a code of Kiali says. */
function explain(known: Explained, wanted: string): readonly Explanation[] {
  const found = explainCode(known, wanted);
  if (found !== undefined) return [found];
  const kiali = kialiCode(known, wanted);
  if (kiali !== undefined && kiali.codes.length === 0) {
    throw notFoundError(`${kiali.code} of Kiali (${kiali.says}) is not covered`, {
      lines: [['why', kiali.note ?? '']],
      hint: 'meshscope explain lists all codes',
    });
  }
  if (kiali !== undefined) return kiali.codes.flatMap((code) => explainCode(known, code) ?? []);
  if (codeProblem(wanted.toUpperCase()) === undefined) {
    throw notFoundError(`${wanted} is no code of meshscope itself`, {
      lines: [['why', 'the codes of rules and plugins stand in their files, with why and fix']],
      hint: 'analyze with the same --rules or --plugin and -o json tells them with each finding',
    });
  }
  const near = nearestCodes(known, wanted);
  throw notFoundError(`no code "${wanted}"`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint: 'meshscope explain lists all codes',
  });
}

function unique(codes: readonly Explanation[]): readonly Explanation[] {
  return [...new Map(codes.map((one) => [one.code, one])).values()];
}
