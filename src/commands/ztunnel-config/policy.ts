import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { type ZtunnelPolicies, ztunnelPolicies } from '../../answers/ztunnel-policies.ts';
import { ztunnelPolicyVerdicts } from '../../cli/ambient-objects.ts';
import { defineCommand } from '../../cli/command.ts';
import { text } from '../../cli/options.ts';
import {
  askZtunnels,
  checkZtunnelTarget,
  ZTUNNEL_ARGUMENT,
  ZTUNNEL_OPTIONS,
} from '../../cli/ztunnel-input.ts';
import { objectLoaders } from '../../cli/ztunnel-loaders.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { POLICY_FORM } from '../../ztunnel/dump-forms.ts';

const objects = objectLoaders<ZtunnelPolicies>(POLICY_FORM, ({ rows }) =>
  rows.flatMap(({ policy }) => (policy === undefined ? [] : [policy.object])),
);

export const command = defineCommand({
  name: 'ztunnel-config policy',
  description:
    'Shows the authorization that a ztunnel enforces, first what it enforces otherwise than written, or not at all.',
  args: [ZTUNNEL_ARGUMENT],
  options: {
    ...ZTUNNEL_OPTIONS,
    policyNamespace: text('--policy-namespace <name>', 'policies in this namespace'),
  },
  examples: [
    {
      command: 'meshscope ztunnel-config policy --from demo-ambient',
      explains: 'policies as any ztunnel holds them',
    },
    {
      command: 'meshscope ztunnel-config policy --policy-namespace clinic -o yaml --from demo-ambient',
      explains: 'the rules of one namespace as ztunnel got them',
    },
  ],
  stability: 'stable',
  needs: ['ztunnel'],
  validate: (input) => checkZtunnelTarget(input),
  run: (input, context): Promise<ProxyAnswers<ZtunnelPolicies>> => {
    const namespace = input.options.policyNamespace;
    return askZtunnels(input, context, 'one', async ({ dump, fromFile }) => {
      const verdicts = fromFile || context.globals.compat ? undefined : await ztunnelPolicyVerdicts(context);
      const answer = ztunnelPolicies(dump, { namespace }, verdicts);
      if (answer.rows.length === 0) await explainEmpty(context, namespace, dump.policies, fromFile);
      return answer;
    });
  },
  reporters: {
    table: () => import('../../report/ztunnel/policies.ts').then((module) => module.policiesReport),
    ...objects.own,
  },
  compatReporters: {
    table: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.policies),
    ...objects.compat,
  },
});
