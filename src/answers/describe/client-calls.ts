import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { targetPort } from '../../kube/service-pods.ts';
import {
  type ChosenRule,
  type ClientTlsSetting,
  destinationRuleFor,
  ruleHost,
  tlsSetting,
} from '../../mesh/destination-rule.ts';
import { matchesHost, serviceHost } from '../../mesh/host.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { servicePortsOf } from '../../mesh/service-port.ts';
import { exportTargets } from '../../mesh/visibility.ts';
import { type MtlsOutcome, mtlsOutcome, type ServerSide } from '../../security/mtls-outcome.ts';
import { serverSide, usesAutomaticMtls } from './server-side.ts';

/** Clients that use the same DestinationRules for a service. */
export interface ClientView {
  /** `clients`, `clients in shop`, `other clients`. */
  readonly who: string;
  readonly rule: ChosenRule | undefined;
}

/** What becomes of connections from some clients to one port of a service, over its pods. */
export interface CallOutcome {
  readonly view: ClientView;
  readonly port: number;
  readonly setting: ClientTlsSetting | undefined;
  /** One a pod. */
  readonly servers: readonly {
    readonly pod: KubeObject;
    readonly podPort: number;
    readonly side: ServerSide;
    readonly outcome: MtlsOutcome;
  }[];
}

/**
 * The groups of clients that differ by the DestinationRules they use for a service: those of its own namespace, those of
 * every namespace that has a rule for it, and all others. Groups with the same rules are one.
 */
export function clientViews(service: KubeObject, objects: MeshObjects): readonly ClientView[] {
  const host = serviceHost(service);
  const own = service.metadata.namespace ?? '';
  const rules = objects.all('destinationRules').filter((rule) => matchesHost(ruleHost(rule), host));
  const named = rules.flatMap((rule) => [rule.metadata.namespace ?? '', ...exportTargets(rule)]);
  const isName = (one: string) => !['*', '.', '~', own].includes(one);
  const choose = (clientNamespace: string) =>
    destinationRuleFor(rules, {
      clientNamespace,
      host,
      serviceNamespace: own,
      rootNamespace: objects.rootNamespace,
    });
  const others = choose(NOWHERE);
  const special = [own, ...new Set(named.filter(isName))]
    .map((namespace) => ({ namespace, rule: choose(namespace) }))
    .filter(({ rule }) => ruleIds(rule) !== ruleIds(others));
  return [
    { who: special.length === 0 ? 'clients' : 'other clients', rule: others },
    ...special.map(({ namespace, rule }) => ({ who: `clients in ${namespace}`, rule })),
  ];
}

/** No namespace has this name: what is exported to single ones is not seen from it. */
const NOWHERE = '';

/** The names of the rules of a choice, as one text. */
export function ruleIds(rule: ChosenRule | undefined): string {
  return (rule?.rules ?? []).map(objectId).join(', ');
}

/** What becomes of calls to each TCP port of a service, for each group of clients, over the given pods. */
export function callOutcomes(
  service: KubeObject,
  pods: readonly KubeObject[],
  objects: MeshObjects,
): readonly CallOutcome[] {
  const isAutomatic = usesAutomaticMtls(objects, service.metadata.namespace ?? '');
  const ports = servicePortsOf(service).filter(({ transport }) => transport === 'TCP');
  return clientViews(service, objects).flatMap((view) =>
    ports.map(({ port }) => {
      const setting = tlsSetting(view.rule, port);
      const servers = pods.flatMap((pod) => {
        const podPort = targetPort(service, port, pod);
        if (podPort === undefined) return [];
        const side = serverSide(pod, podPort, objects);
        // What a gateway accepts its Gateways say, not PeerAuthentications.
        if (side.kind === 'gateway') return [];
        return [{ pod, podPort, side, outcome: mtlsOutcome(setting, side, isAutomatic) }];
      });
      return { view, port, setting, servers };
    }),
  );
}
