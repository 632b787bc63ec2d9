import { asArray, asString, defineAnalyzer, type FieldPath, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

/** Conditions that must not be False, by kind; those of routes stand below each parent. */
const CONDITIONS = {
  Service: ['istio.io/WaypointBound'],
  ServiceEntry: ['istio.io/WaypointBound'],
  WorkloadEntry: ['istio.io/WaypointBound'],
  AuthorizationPolicy: ['ZtunnelAccepted', 'WaypointAccepted'],
  GatewayApiGateway: ['Accepted', 'Programmed', 'ResolvedRefs'],
  HTTPRoute: ['Accepted', 'Programmed', 'ResolvedRefs'],
  GRPCRoute: ['Accepted', 'Programmed', 'ResolvedRefs'],
} as const;

type Kind = keyof typeof CONDITIONS;
const KINDS = Object.keys(CONDITIONS) as Kind[];

/** Controllers that say by a condition that they could not do what is written. */
export const analyzer = defineAnalyzer({
  name: 'conditions.ConditionAnalyzer',
  description: 'Checks the status conditions of services, policies, gateways and routes.',
  inputs: KINDS,
  messages,
  codes: ['IST0171'],
  scope: 'object',
  analyze: (context) => {
    for (const kind of KINDS) {
      const types: readonly string[] = CONDITIONS[kind];
      for (const resource of context.all(kind)) {
        for (const { condition, path } of conditionsOf(resource)) {
          const type = asString(field(condition, 'type')) ?? '';
          if (!types.includes(type) || !isNegative(type, condition)) continue;
          const args = { type, reason: text(condition, 'reason'), message: text(condition, 'message') };
          context.report('IST0171', args, { resource, path });
        }
      }
    }
  },
});

function isNegative(type: string, condition: unknown): boolean {
  if (field(condition, 'status') === 'False') return true;
  return type === 'WaypointAccepted' && field(condition, 'reason') === 'PartiallyInvalid';
}

function text(condition: unknown, name: string): string {
  return asString(field(condition, name)) || 'no reason given';
}

function conditionsOf(resource: KubeObject): { readonly condition: unknown; readonly path: FieldPath }[] {
  const own = asArray(field(resource, 'status', 'conditions')).map((condition, index) => ({
    condition,
    path: ['status', 'conditions', index, 'type'],
  }));
  const ofParents = asArray(field(resource, 'status', 'parents')).flatMap((parent, at) =>
    asArray(field(parent, 'conditions')).map((condition, index) => ({
      condition,
      path: ['status', 'parents', at, 'conditions', index, 'type'],
    })),
  );
  return [...own, ...ofParents];
}
