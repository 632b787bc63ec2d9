import {
  type ExplainAnswer,
  type Explanation,
  explainAll,
  explainCode,
  nearestCodes,
} from '../answers/explain.ts';
import { defineCommand } from '../cli/command.ts';
import { notFoundError } from '../util/errors.ts';

export const command = defineCommand({
  name: 'explain',
  description:
    'Says what the code of a finding means: why it matters and what to change. Without a code, lists all.',
  args: [
    {
      name: 'code',
      description: 'such as IST0144, or its name InvalidApplicationUID',
      variadic: true,
      completes: 'code',
    },
  ],
  options: {},
  examples: [
    { command: 'meshscope explain IST0144', explains: 'why it matters and what to change' },
    { command: 'meshscope explain', explains: 'all codes' },
  ],
  stability: 'stable',
  needs: [],
  run: async ({ args }): Promise<ExplainAnswer> => {
    const { ANALYZERS, CATALOGUE } = await import('../../analyzers/index.ts');
    const explain = (wanted: string): Explanation => {
      const found = explainCode(CATALOGUE, ANALYZERS, wanted);
      if (found !== undefined) return found;
      const near = nearestCodes(CATALOGUE, wanted);
      throw notFoundError(`no code "${wanted}"`, {
        lines: near.length > 0 ? [['near', near.join(', ')]] : [],
        hint: 'meshscope explain lists all codes',
      });
    };
    const codes = args.length === 0 ? explainAll(CATALOGUE, ANALYZERS) : args.map(explain);
    return { apiVersion: 'meshscope.io/v1', kind: 'Explanation', codes };
  },
  reporters: {
    table: () => import('../report/explain.ts').then((module) => module.explainText),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
});
