import { compareRoots, type RootCompareAnswer, rootCompareExitCode } from '../answers/root-compare.ts';
import { ROOT_CONFIG_MAP } from '../answers/root-config-maps.ts';
import { type RootSetsAnswer, rootSets, rootSetsExitCode } from '../answers/root-sets.ts';
import { PROXY_ADMIN_PORT } from '../cli/admin-port.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { meshResources } from '../cli/mesh-resources.ts';
import { noteMissing } from '../cli/missing.ts';
import { wantedNamespace } from '../cli/namespaces.ts';
import { resolveProxy } from '../cli/proxy-argument.ts';
import { meshTrust, proxyTrust } from '../cli/proxy-trust.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { ProxyTrust } from '../security/proxy-trust.ts';
import { notFoundError, usageError } from '../util/errors.ts';

export const command = defineCommand({
  name: 'rootca-compare',
  description:
    'Shows which proxies accept whose certificates: of two pods in each direction, or of the whole mesh by root sets, with what expires first and the istio-ca-root-cert ConfigMaps.',
  args: [
    { name: 'pod', description: 'POD.NAMESPACE of one proxy', completes: 'proxy' },
    { name: 'other', description: 'POD.NAMESPACE of the other proxy', completes: 'proxy' },
  ],
  options: {
    proxyAdminPort: PROXY_ADMIN_PORT,
  },
  examples: [
    { command: 'meshscope rootca-compare --from demo', explains: 'the whole mesh, odd proxies by name' },
    {
      command:
        'meshscope rootca-compare cart-v1-db9689b57-djzwj.shop ledger-v1-766c4b45bc-cj586.payments --from demo',
      explains: 'two proxies, each direction; exit code 1 when one refuses the other',
    },
  ],
  stability: 'stable',
  needs: ['envoy'],
  rights: ({ args }) => ({
    scope: args.length === 0 ? 'mesh' : 'named',
    reads:
      args.length === 0 ? [{ group: '', resource: 'configmaps', names: [ROOT_CONFIG_MAP], in: 'mesh' }] : [],
  }),
  validate: ({ args }) => {
    if (args.length !== 1) return;
    throw usageError('rootca-compare takes two pods, or none for the whole mesh', {
      hint: 'meshscope rootca-compare POD.NAMESPACE POD.NAMESPACE',
    });
  },
  run: ({ args: [first, second] }, context): Promise<RootCompareAnswer | RootSetsAnswer> =>
    first === undefined || second === undefined ? wholeMesh(context) : twoPods(first, second, context),
  reporters: {
    table: () => import('../report/rootca-compare.ts').then((module) => module.rootcaCompareReport),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
  compatReporters: {
    table: () => import('../report/rootca-compare.ts').then((module) => module.compatRootcaCompareReport),
  },
  exitCode: (answer) => (answer.kind === 'RootSets' ? rootSetsExitCode(answer) : rootCompareExitCode(answer)),
});

async function twoPods(first: string, second: string, context: CommandContext): Promise<RootCompareAnswer> {
  const a = await resolveProxy(context, withoutPodPrefix(first));
  const b = await resolveProxy(context, withoutPodPrefix(second));
  const [trustA, trustB] = [await readOrThrow(a, context), await readOrThrow(b, context)];
  return compareRoots({ proxy: a, trust: trustA }, { proxy: b, trust: trustB }, context.now());
}

function withoutPodPrefix(argument: string): string {
  return argument.replace(/^pods?\//, '');
}

async function readOrThrow(pod: PodRef, context: CommandContext): Promise<ProxyTrust> {
  const result = await proxyTrust(pod, context);
  if (result.ok) return result.value;
  throw notFoundError(`can't tell what ${proxyId(pod)} trusts: ${result.reason}`, {
    hint: `meshscope proxy-config secret ${proxyId(pod)} shows its secrets`,
  });
}

async function wholeMesh(context: CommandContext): Promise<RootSetsAnswer> {
  const inputs = await meshTrust(context);
  const configMaps = await meshResources(context, {
    group: '',
    plural: 'configmaps',
    name: ROOT_CONFIG_MAP,
  });
  noteMissing(context, 'configmaps', configMaps);
  // A recording gives those of every namespace.
  const only = wantedNamespace(context);
  const answer = rootSets(
    inputs,
    configMaps.ok
      ? {
          ok: true,
          value: configMaps.value.filter(({ metadata }) => only === undefined || metadata.namespace === only),
          isPartial: (configMaps.missing ?? []).length > 0,
        }
      : { ok: false, reason: configMaps.error.reason },
    context.now(),
  );
  if (answer.gaps.length > 0) {
    const why = `${answer.gaps.length} of ${inputs.length} proxies could not be read`;
    context.gap({ what: 'root sets', why });
  }
  return answer;
}
