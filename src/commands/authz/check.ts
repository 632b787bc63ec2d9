import type { AuthzCheckAnswer } from '../../answers/authz-check.ts';
import { authzCheckRows } from '../../answers/authz-check-rows.ts';
import { authzPolicies } from '../../answers/authz-policies.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { outsideName } from '../../cli/admin-port.ts';
import { authzObjectsReader } from '../../cli/authz-objects.ts';
import { defineCommand } from '../../cli/command.ts';
import { askProxies, ENVOY_OPTIONS, openDump, PROXY_ARGUMENT } from '../../cli/envoy-input.ts';
import { flag } from '../../cli/options.ts';
import { listenerEntries } from '../../envoy/entry.ts';
import { usageError } from '../../util/errors.ts';

export const command = defineCommand({
  name: 'authz check',
  description:
    'Shows the authorization that a proxy enforces, where, what happens to other traffic, and where it departs from the AuthorizationPolicies of the cluster.',
  args: [PROXY_ARGUMENT],
  options: {
    ...ENVOY_OPTIONS,
    rules: flag('--rules', 'every rule in words, on HTTP and on TCP'),
  },
  examples: [
    {
      command: 'meshscope authz check checkout-v1-76bc87fb69-vx5bv.payments --rules --from demo',
      explains: 'the policies of one pod with their rules',
    },
    {
      command: 'meshscope authz check --file config_dump.json',
      explains: 'a saved dump; nothing is compared with the cluster',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  validate: ({ args, options }) => {
    const { file, selector, adminUrl, ssh } = options;
    const targets = [...args, file, selector, adminUrl, ssh].filter((target) => target !== undefined);
    if (targets.length === 1) return;
    throw usageError(`expecting pod name or config dump, found: ${targets.length}`, {
      hint: 'meshscope authz check POD.NAMESPACE, or --file config_dump.json',
    });
  },
  rights: ({ options }) => ({
    reads:
      (options.file ?? outsideName(options)) === undefined
        ? [
            { group: 'security.istio.io', resource: 'authorizationpolicies', in: 'proxies' },
            { group: 'security.istio.io', resource: 'authorizationpolicies', in: 'control-plane' },
          ]
        : [],
    findsRoot: (options.file ?? outsideName(options)) === undefined,
  }),
  run: (input, context): Promise<ProxyAnswers<AuthzCheckAnswer>> => {
    const objectsOf = authzObjectsReader(context);
    return askProxies(input, context, 'config_dump', async (page) => {
      const { label, pod } = page;
      const dump = await openDump(page);
      const listeners = listenerEntries(dump);
      const objects = await objectsOf(pod);
      return {
        policies: authzPolicies({ ref: pod, label }, listeners, objects),
        rows: authzCheckRows(dump.section('Listeners')),
        rules: input.options.rules,
      };
    });
  },
  reporters: {
    table: () => import('../../report/authz-check.ts').then((module) => module.authzCheckReport),
    json: () => import('../../report/authz-check.ts').then((module) => module.authzCheckJson),
    yaml: () => import('../../report/authz-check.ts').then((module) => module.authzCheckYaml),
  },
  compatReporters: {
    table: () => import('../../report/authz-check-compat.ts').then((module) => module.compatAuthzCheckReport),
  },
});
