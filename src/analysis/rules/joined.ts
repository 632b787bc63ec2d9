import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector, objectSelector } from '../../kube/selector.ts';
import { selectsPod } from '../../kube/service-pods.ts';
import { fullHost } from '../../mesh/host.ts';
import type { Kind } from '../../mesh/kinds.ts';
import type { ResourceLookup } from '../../mesh/resource-set.ts';
import { routeDestinations } from '../../mesh/route-destinations.ts';
import { hasTargetRefs, workloadLabels } from '../../mesh/selects.ts';
import { asString, asStrings, field } from '../../util/json.ts';

type Resources = ResourceLookup<'Pod' | 'Service'>;

/** Kinds with a workload selector, for which none stands for all pods of their namespace. */
const SELECTING: ReadonlySet<Kind> = new Set([
  'AuthorizationPolicy',
  'EnvoyFilter',
  'PeerAuthentication',
  'ProxyConfig',
  'RequestAuthentication',
  'Sidecar',
  'Telemetry',
  'TrafficExtension',
  'WasmPlugin',
]);

/**
 * The pods that an object is about: itself, those that it selects, or those behind the Services that it names. Of those
 * that only a workload's template is known of, the template stands for them.
 */
export function podsOf(object: KubeObject, kind: Kind, resources: Resources): readonly KubeObject[] {
  const { name, namespace } = object.metadata;
  const spec = (...path: string[]): unknown => field(object, 'spec', ...path);
  const select = (labels: unknown, within: string | undefined): readonly KubeObject[] => {
    const selector = equalitySelector(labels);
    return selector.length === 0 ? [] : resources.select('Pod', selector, within);
  };
  switch (kind) {
    case 'Pod':
      return [object];
    case 'Namespace':
      return resources.select('Pod', [], name);
    case 'Service':
      return select(spec('selector'), namespace);
    case 'Deployment':
      return resources.select('Pod', objectSelector(spec('selector')), namespace);
    case 'Gateway':
      return select(spec('selector'), undefined);
    case 'ServiceEntry':
      return select(spec('workloadSelector', 'labels'), namespace);
    case 'DestinationRule':
    case 'VirtualService':
      return distinct(
        servicesNamed(object, kind, resources).flatMap((one) => podsOf(one, 'Service', resources)),
      );
    default:
      if (!SELECTING.has(kind) || hasTargetRefs(object)) return [];
      return resources.select('Pod', equalitySelector(workloadLabels(object)), namespace);
  }
}

/** The Services that an object is about: itself, those that it names as hosts, or those that select one of its pods. */
export function servicesOf(object: KubeObject, kind: Kind, resources: Resources): readonly KubeObject[] {
  if (kind === 'Service') return [object];
  if (kind === 'DestinationRule' || kind === 'VirtualService') return servicesNamed(object, kind, resources);
  const pods = podsOf(object, kind, resources);
  const namespaces = distinct(pods.map(({ metadata }) => metadata.namespace ?? ''));
  return namespaces
    .flatMap((namespace) => resources.inNamespace('Service', namespace))
    .filter((service) => pods.some((pod) => selectsPod(service, pod)));
}

function servicesNamed(object: KubeObject, kind: Kind, resources: Resources): readonly KubeObject[] {
  const hosts =
    kind === 'DestinationRule'
      ? [asString(field(object, 'spec', 'host')) ?? '']
      : [...asStrings(field(object, 'spec', 'hosts')), ...routeDestinations(object).map(({ host }) => host)];
  const services = hosts.map((host) => {
    const [name = '', namespace, svc] = fullHost(host, object.metadata.namespace ?? '').split('.');
    return svc === 'svc' ? resources.get('Service', namespace, name) : undefined;
  });
  return distinct(services.filter((one) => one !== undefined));
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
