import type { KubeObject } from '../kube/object.ts';
import { editDistance, nearest } from '../util/text.ts';
import { fullHost } from './host.ts';
import type { ResourceLookup } from './resource-set.ts';
import { exportTargets, isVisibleTo } from './visibility.ts';

type Services = Pick<ResourceLookup<'Service'>, 'all' | 'inNamespace' | 'get'>;

/** How a message names what is most like a name that does not exist: `; the nearest is "cart"`, or nothing. */
export function nearName(wanted: string, candidates: Iterable<string>): string {
  const [best] = nearest(wanted, candidates, 1);
  if (best === undefined) return '';
  const isPart = best.startsWith(wanted) || wanted.startsWith(best);
  // Names that share less than two thirds are no slip of a finger.
  return isPart || editDistance(wanted, best) * 3 <= wanted.length ? `; the nearest is "${best}"` : '';
}

/**
 * What a message says beside a host that is not seen: that it is hidden, that a Service of the name is in another
 * namespace, or which name of its namespace is the nearest. Looks at one namespace, and at Services of one name.
 */
export function nearHost(host: string, namespace: string, services: Services): string {
  const [name = '', at = namespace, word] = fullHost(host, namespace).split('.');
  if (word !== 'svc') return shortened(host, namespace, services);
  const hidden = services.get('Service', at, name);
  if (hidden !== undefined && !isVisibleTo(hidden, namespace)) {
    return `; the Service is there, and it is exported to ${exportTargets(hidden).join(', ')} alone`;
  }
  const near = nearName(
    name,
    services.inNamespace('Service', at).map(({ metadata }) => metadata.name),
  );
  if (near !== '') return near;
  const [elsewhere] = servicesByName(services).get(name) ?? [];
  return elsewhere === undefined
    ? ''
    : `; a Service of that name is in the namespace ${elsewhere.metadata.namespace ?? ''}`;
}

/** `cart.shop` is no name of a Service for Istio, although Kubernetes finds it by it. */
function shortened(host: string, namespace: string, services: Services): string {
  const [name = '', at = namespace, ...rest] = host.split('.');
  const found =
    rest.length > 1 || (rest.length === 1 && rest[0] !== 'svc')
      ? undefined
      : services.get('Service', at, name);
  return found === undefined ? '' : `; the full name is "${name}.${at}.svc.cluster.local"`;
}

/** Services by name, made once for a list: every analyzer of a run is given the same one. */
const byList = new WeakMap<readonly KubeObject[], ReadonlyMap<string, readonly KubeObject[]>>();

function servicesByName(services: Services): ReadonlyMap<string, readonly KubeObject[]> {
  const list = services.all('Service');
  const known = byList.get(list);
  if (known !== undefined) return known;
  const made = new Map<string, KubeObject[]>();
  for (const service of list) {
    const same = made.get(service.metadata.name);
    if (same === undefined) made.set(service.metadata.name, [service]);
    else same.push(service);
  }
  byList.set(list, made);
  return made;
}
