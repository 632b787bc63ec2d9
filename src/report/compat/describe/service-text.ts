import type { ReferenceInput } from '../../../answers/describe/reference.ts';
import type { ConfigDump } from '../../../envoy/dump.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { targetPort } from '../../../kube/service-pods.ts';
import { type ServicePort, servicePortsOf } from '../../../mesh/service-port.ts';
import { asString, field } from '../../../util/json.ts';
import {
  type Reference,
  rbacPoliciesInDump,
  ruleInDump,
  subsetNames,
  virtualServiceInDump,
} from './dump-objects.ts';
import { shortName } from './names.ts';
import { ruleLines } from './rules.ts';
import { virtualServiceLines } from './virtual-service.ts';

/** The reference's lines of a Service and of what the dump says of each of its ports. */
export function serviceLines(
  service: KubeObject,
  pod: KubeObject,
  dump: ConfigDump,
  input: ReferenceInput,
): readonly string[] {
  const ports = servicePortsOf(service);
  const several = ports.length > 1;
  return [
    `Service: ${shortName(service, input.namespace)}`,
    ...ports.filter(({ transport }) => transport === 'TCP').map((port) => portLine(service, port, pod)),
    ...ports.flatMap(({ port }) => {
      const policies = rbacPoliciesInDump(dump, port);
      return [
        ...(several ? [`${port}:`] : []),
        ...objectLines(service, port, dump, input, several ? '   ' : ''),
        ...(policies.length === 0
          ? []
          : [`${several ? `${port} ` : ''}RBAC policies: ${policies.join(', ')}`]),
      ];
    }),
  ];
}

function portLine(service: KubeObject, port: ServicePort, pod: KubeObject): string {
  const target = targetPort(service, port.port, pod);
  if (target === undefined) {
    return `   no suitable port for manifest: ${asString(field(pod, 'metadata', 'uid')) ?? ''}`;
  }
  return `   Port: ${port.name ?? ''} ${port.port}/${protocolWord(port)} targets pod port ${target}`;
}

/** The reference's word for what a port speaks. */
export function protocolWord({ protocol, name, appProtocol }: ServicePort): string {
  if (name === undefined && appProtocol === undefined) return 'auto-detect';
  if (protocol === 'auto') return 'UnsupportedProtocol';
  return protocol === 'GRPCWeb' ? 'GRPC-Web' : protocol;
}

function objectLines(
  service: KubeObject,
  port: number,
  dump: ConfigDump,
  input: ReferenceInput,
  indent: string,
): readonly string[] {
  const { objects, podLabels, namespace } = input;
  const ruleName = ruleInDump(dump, service, port);
  const rule = ruleName && objects.find('destinationRules', ruleName.namespace, ruleName.name);
  const { matching, others } =
    rule === undefined ? { matching: [], others: [] } : subsetNames(rule, podLabels);
  const name = virtualServiceInDump(dump, service, port);
  const object = name && objects.find('virtualServices', name.namespace, name.name);
  const view = { service, matching, others, rule, namespace };
  return [
    ...(ruleName === undefined
      ? []
      : rule === undefined
        ? [staleLine('destination rule', ruleName)]
        : ruleLines(rule, podLabels, namespace, indent)),
    ...(name === undefined
      ? []
      : object === undefined
        ? [staleLine('virtual service', name)]
        : virtualServiceLines(object, view, indent)),
  ];
}

/** The dump names an object that is gone. */
export function staleLine(what: string, { name, namespace }: Reference): string {
  return `WARNING: Proxy is stale; it references to non-existent ${what} ${name}.${namespace}`;
}
