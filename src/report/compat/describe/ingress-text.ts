import type { ReferenceInput } from '../../../answers/describe/reference.ts';
import type { ConfigDump } from '../../../envoy/dump.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { equalitySelector, matchesSelector } from '../../../kube/selector.ts';
import { targetPort } from '../../../kube/service-pods.ts';
import { servicePortsOf } from '../../../mesh/service-port.ts';
import { asObject, asObjects, asString, asStrings, field } from '../../../util/json.ts';
import { compareText } from '../../../util/text.ts';
import { ruleInDump, subsetNames, virtualServiceInDump } from './dump-objects.ts';
import { LINE } from './names.ts';
import { staleLine } from './service-text.ts';
import { virtualServiceLines } from './virtual-service.ts';

/** A Service in front of ingress gateway pods; one without selector stands in front of all of its namespace. */
interface Ingress {
  readonly service: KubeObject;
  readonly pods: readonly KubeObject[];
}

/** The reference's lines about gateways with the label istio=ingressgateway; it knows no others. */
export function ingressLines(input: ReferenceInput): readonly string[] {
  const pods = input.ingress.map(({ pod }) => pod);
  if (pods.length === 0) return ['Skipping Gateway information (no ingress gateway pods)'];
  const fronts = ingresses(pods, input);
  const seen = new Set<string>();
  const lines = fronts.length === 0 ? ['Skipping Gateway information (no ingress gateway service)'] : [];
  for (const { dump } of input.ingress) {
    for (const service of input.services) {
      for (const { port } of servicePortsOf(service)) {
        lines.push(...portLines(dump, service, port, fronts, seen, input));
      }
    }
  }
  return lines;
}

function ingresses(pods: readonly KubeObject[], { objects }: ReferenceInput): readonly Ingress[] {
  const namespaces = [...new Set(pods.map(({ metadata }) => metadata.namespace ?? ''))];
  return namespaces.flatMap((namespace) =>
    objects.within('services', namespace).flatMap((service) => {
      const selector = equalitySelector(field(service, 'spec', 'selector'));
      const own = pods.filter(
        ({ metadata }) => metadata.namespace === namespace && matchesSelector(selector, metadata.labels),
      );
      return own.length === 0 ? [] : [{ service, pods: own }];
    }),
  );
}

function portLines(
  dump: ConfigDump,
  service: KubeObject,
  port: number,
  fronts: readonly Ingress[],
  seen: Set<string>,
  input: ReferenceInput,
): readonly string[] {
  const { objects, podLabels, namespace } = input;
  const ruleName = ruleInDump(dump, service, port);
  const rule = ruleName && objects.find('destinationRules', ruleName.namespace, ruleName.name);
  const { matching, others } =
    rule === undefined ? { matching: [], others: [] } : subsetNames(rule, podLabels);
  const name = virtualServiceInDump(dump, service, port);
  if (name === undefined) return [];
  const object = objects.find('virtualServices', name.namespace, name.name);
  if (object === undefined) return [staleLine('virtual service', name)];
  const view = { service, matching, others, rule, namespace };
  const gateways = asStrings(field(object, 'spec', 'gateways')).filter((one) => one !== '' && one !== 'mesh');
  return gateways.flatMap((written) => {
    const [scope = '', own] = written.includes('/') ? split(written) : [name.namespace, written];
    const id = `${scope}/${own ?? ''}`;
    if (seen.has(id)) return [];
    const gateway = objects.find('gateways', scope, own ?? '');
    if (gateway === undefined) {
      return [`WARNING: Proxy is stale; it references to non-existent gateway ${id}`];
    }
    seen.add(id);
    const found = fronts.filter((front) => serves(front, gateway));
    if (found.length === 0) return [];
    const sorted = [...found].sort((a, b) => compareText(addressOf(a), addressOf(b)));
    return [LINE, ...sorted.flatMap(exposedLines), ...virtualServiceLines(object, view, '')];
  });
}

function split(text: string): readonly [string, string] {
  const slash = text.indexOf('/');
  return [text.slice(0, slash), text.slice(slash + 1)];
}

function serves({ pods }: Ingress, gateway: KubeObject): boolean {
  if (asObject(field(gateway, 'spec', 'selector')) === undefined) return true;
  const selector = equalitySelector(field(gateway, 'spec', 'selector'));
  return pods.some(({ metadata }) => matchesSelector(selector, metadata.labels));
}

function addressOf({ service, pods }: Ingress): string {
  const [ingress] = asObjects(field(service, 'status', 'loadBalancer', 'ingress'));
  if (ingress !== undefined) return asString(ingress['ip']) ?? '';
  return asString(field(pods[0], 'status', 'hostIP')) || 'unknown';
}

/** Ports named http or http2 alone. */
function exposedLines(front: Ingress): readonly string[] {
  const [pod] = front.pods;
  return servicePortsOf(front.service).flatMap(({ port, name, transport, protocol }) => {
    if (transport !== 'TCP' || (name !== 'http' && name !== 'http2')) return [];
    if (pod === undefined || targetPort(front.service, port, pod) === undefined) return [];
    const scheme = protocol === 'HTTP' || protocol === 'HTTP2' ? 'http' : '';
    const suffix = scheme === 'http' && port === 80 ? '' : `:${port}`;
    return [`Exposed on Ingress Gateway ${scheme}://${addressOf(front)}${suffix}`];
  });
}
