import { asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const POLICIES = ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry'] as const;
/** Kinds that a policy may name, by group and kind. */
const TARGETS = {
  'gateway.networking.k8s.io/Gateway': 'GatewayApiGateway',
  '/Service': 'Service',
  'core/Service': 'Service',
  'networking.istio.io/ServiceEntry': 'ServiceEntry',
} as const;

/** Policies for a gateway or service that does not exist. */
export const analyzer = defineAnalyzer({
  name: 'policy.TargetRefsAnalyzer',
  description: 'Checks that the gateways and services that policies name as their targets exist.',
  inputs: [...POLICIES, 'GatewayApiGateway', 'Service', 'ServiceEntry'],
  messages,
  codes: ['MSH0053'],
  scope: 'mesh',
  analyze: (context) => {
    for (const kind of POLICIES) {
      for (const resource of context.all(kind)) {
        for (const { target, path } of targetsOf(resource)) {
          const written = `${asString(field(target, 'group')) ?? ''}/${asString(field(target, 'kind')) ?? ''}`;
          const wanted = Object.hasOwn(TARGETS, written)
            ? TARGETS[written as keyof typeof TARGETS]
            : undefined;
          const name = asString(field(target, 'name')) ?? '';
          const namespace = asString(field(target, 'namespace')) || resource.metadata.namespace;
          if (wanted === undefined || context.get(wanted, namespace, name) !== undefined) continue;
          if (context.mayLack(wanted)) continue;
          const what = `${written.split('/')[1] ?? ''} ${namespace ?? ''}/${name}`;
          context.report('MSH0053', { target: what }, { resource, path: [...path, 'name'] });
        }
      }
    }
  },
});

function targetsOf(
  policy: KubeObject,
): readonly { readonly target: unknown; readonly path: readonly (string | number)[] }[] {
  const one = field(policy, 'spec', 'targetRef');
  const several = asObjects(field(policy, 'spec', 'targetRefs'));
  return [
    ...(one === undefined ? [] : [{ target: one, path: ['spec', 'targetRef'] }]),
    ...several.map((target, index) => ({ target, path: ['spec', 'targetRefs', index] })),
  ];
}
