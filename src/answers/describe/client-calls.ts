import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../../kube/selector.ts';
import { targetPort } from '../../kube/service-pods.ts';
import {
  type ChosenRule,
  type ClientTlsSetting,
  destinationRuleFor,
  ruleHost,
  type Subset,
  subsetsOf,
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
  /** A subset with a TLS setting of its own; `undefined` for calls to the service without one. */
  readonly subset: string | undefined;
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

/**
 * What becomes of calls to each TCP port of a service, for each group of clients, over the given pods; and of calls to
 * subsets whose own policy sets TLS in another way.
 */
export function callOutcomes(
  service: KubeObject,
  pods: readonly KubeObject[],
  objects: MeshObjects,
): readonly CallOutcome[] {
  const isAutomatic = usesAutomaticMtls(objects, service.metadata.namespace ?? '');
  const ports = servicePortsOf(service).filter(({ transport }) => transport === 'TCP');
  return clientViews(service, objects).flatMap((view) =>
    ports.flatMap(({ port }) => {
      const own = subsetsOf(view.rule).filter(
        ({ name }) => tlsSetting(view.rule, port, name)?.path !== tlsSetting(view.rule, port)?.path,
      );
      return [undefined, ...own].map((subset): CallOutcome => {
        const setting = tlsSetting(view.rule, port, subset?.name);
        const picked = pods.filter((pod) => subset === undefined || isIn(pod, subset));
        const servers = picked.flatMap((pod) =>
          serverOf(service, port, pod, objects).map((server) => ({
            ...server,
            outcome: mtlsOutcome(setting, server.side, isAutomatic),
          })),
        );
        return { view, port, subset: subset?.name, setting, servers };
      });
    }),
  );
}

function isIn(pod: KubeObject, { labels }: Subset): boolean {
  return matchesSelector(equalitySelector(labels), pod.metadata.labels);
}

function serverOf(
  service: KubeObject,
  port: number,
  pod: KubeObject,
  objects: MeshObjects,
): readonly { readonly pod: KubeObject; readonly podPort: number; readonly side: ServerSide }[] {
  const podPort = targetPort(service, port, pod);
  if (podPort === undefined) return [];
  const side = serverSide(pod, podPort, objects);
  // What a gateway accepts its Gateways say, not PeerAuthentications.
  return side.kind === 'gateway' ? [] : [{ pod, podPort, side }];
}
