import {
  type AnalysisContext,
  asNumber,
  asObjects,
  asString,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { targetPort } from '#kube/service-pods';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { onePodPerWorkload } from '#mesh/pod-groups';
import { hasTargetRefs, isDryRun } from '#mesh/selects';
import { servicePortsOf } from '#mesh/service-port';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

const INPUTS = ['AuthorizationPolicy', 'MeshConfig', 'Namespace', 'Pod', 'Service'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0033'>;

const HTTP_FIELDS = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];
/** Protocols whose connections carry no HTTP that a sidecar could read. */
const OPAQUE: ReadonlySet<string> = new Set(['TCP', 'TLS', 'HTTPS', 'Redis', 'Mongo', 'MySQL']);
const SHOWN = 3;

/** DENY rules that are meant for HTTP and close ports that speak something else. */
export const analyzer = defineAnalyzer({
  name: 'auth.DenyTcpAnalyzer',
  description: 'Checks that DENY rules with fields of HTTP do not close ports of other protocols.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0033'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const ports = opaquePorts(context);
    for (const policy of context.all('AuthorizationPolicy')) {
      if (field(policy, 'spec', 'action') !== 'DENY' || hasTargetRefs(policy) || isDryRun(policy)) continue;
      const { namespace = '' } = policy.metadata;
      const selector = equalitySelector(field(policy, 'spec', 'selector', 'matchLabels'));
      const own = namespace === root ? [...ports.values()].flat() : (ports.get(namespace) ?? []);
      const reached = own.filter(({ pod }) => matchesSelector(selector, pod.metadata.labels));
      asObjects(field(policy, 'spec', 'rules')).forEach((rule, index) => {
        const hit = reached.filter(({ target }) => denies(rule, target));
        if (hit.length === 0) return;
        const names = [...new Set(hit.map(({ name }) => name))];
        const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
        const path = ['spec', 'rules', index, rule['to'] === undefined ? 'when' : 'to'];
        const related = [...new Set(hit.map(({ service }) => service))];
        context.report(
          'MSH0033',
          { ports: `${names.slice(0, SHOWN).join(', ')}${more}` },
          { resource: policy, path, related },
        );
      });
    }
  },
});

interface OpaquePort {
  readonly service: KubeObject;
  readonly pod: KubeObject;
  /** `<namespace>/<service>:<port>`. */
  readonly name: string;
  /** The port of the container, which policies name. */
  readonly target: number;
}

/** The ports of services that speak no HTTP and stand behind a sidecar, by namespace. */
function opaquePorts(context: Context): ReadonlyMap<string, readonly OpaquePort[]> {
  const found = new Map<string, OpaquePort[]>();
  for (const service of context.all('Service')) {
    const { namespace = '', name } = service.metadata;
    const opaque = servicePortsOf(service).filter(({ protocol }) => OPAQUE.has(protocol));
    const selector = equalitySelector(field(service, 'spec', 'selector'));
    if (opaque.length === 0 || selector.length === 0) continue;
    for (const pod of onePodPerWorkload(context.select('Pod', selector, namespace))) {
      if (podRole(pod, context.get('Namespace', undefined, namespace)) !== 'sidecar') continue;
      for (const { port } of opaque) {
        const target = targetPort(service, port, pod);
        if (target === undefined) continue;
        const one = { service, pod, name: `${namespace}/${name}:${port}`, target };
        found.set(namespace, [...(found.get(namespace) ?? []), one]);
      }
    }
  }
  return found;
}

/** Whether a rule, without its fields of HTTP (which do not count for other protocols), denies a port. */
function denies(rule: unknown, port: number): boolean {
  const operations = asObjects(field(rule, 'to')).map((to) => to['operation']);
  const isOfHttp = (operation: unknown): boolean =>
    HTTP_FIELDS.some((name) => field(operation, name) !== undefined);
  const covers = (operation: unknown): boolean => {
    const has = (name: string) =>
      asStrings(field(operation, name)).some((one) => asNumber(Number(one)) === port);
    return (field(operation, 'ports') === undefined || has('ports')) && !has('notPorts');
  };
  if (operations.length > 0) return operations.some((operation) => isOfHttp(operation) && covers(operation));
  return asObjects(field(rule, 'when')).some(({ key }) => (asString(key) ?? '').startsWith('request.'));
}
