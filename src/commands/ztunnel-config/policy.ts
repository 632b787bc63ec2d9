import { ztunnelPolicies } from '../../answers/ztunnel-policies.ts';
import { ztunnelPolicyVerdicts } from '../../cli/ambient-objects.ts';
import { ZTUNNEL_POLICIES } from '../../cli/object-rights.ts';
import { text } from '../../cli/options.ts';
import { ztunnelCommand } from '../../cli/ztunnel-command.ts';
import { explainEmpty } from '../../cli/ztunnel-namespace.ts';
import { POLICY_FORM } from '../../ztunnel/dump-forms.ts';

export const command = ztunnelCommand({
  name: 'ztunnel-config policy',
  description:
    'Shows the authorization that a ztunnel enforces, first what it enforces otherwise than written, or not at all.',
  options: {
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
  whom: 'one',
  reads: ZTUNNEL_POLICIES,
  answer: async ({ dump, fromFile }, { policyNamespace: namespace }, context) => {
    const verdicts = fromFile || context.globals.compat ? undefined : await ztunnelPolicyVerdicts(context);
    const answer = ztunnelPolicies(dump, { namespace }, verdicts);
    if (answer.rows.length === 0) await explainEmpty(context, namespace, dump.policies, fromFile);
    return answer;
  },
  table: () => import('../../report/ztunnel/policies.ts').then((module) => module.policiesReport),
  compatTable: () => import('../../report/compat/ztunnel.ts').then((module) => module.compatZtunnel.policies),
  form: POLICY_FORM,
  objects: ({ rows }) => rows.flatMap(({ policy }) => (policy === undefined ? [] : [policy.object])),
});
