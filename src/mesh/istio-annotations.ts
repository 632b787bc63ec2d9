import { isIP } from 'node:net';

/** What Istio knows of one of its annotations. */
export interface KnownAnnotation {
  /** Kinds that it means something on; `Any` for all. */
  readonly kinds: readonly string[];
  readonly deprecated?: string;
  readonly alpha?: boolean;
  /** Why a value is wrong; `undefined` when it is fine. */
  check?(value: string): string | undefined;
}

const POD = ['Pod'];
const noLonger = 'it has no effect in current versions';
const byProxyConfig = 'set it in the annotation proxy.istio.io/config';

/**
 * Istio's annotations (Istio API 1.30, annotation list), with the kinds that they apply to and the values that they
 * take.
 */
export const ISTIO_ANNOTATIONS: Readonly<Record<string, KnownAnnotation>> = {
  'alpha.istio.io/canonical-serviceaccounts': { kinds: ['Service'], deprecated: noLonger },
  'alpha.istio.io/kubernetes-serviceaccounts': { kinds: ['Service'], deprecated: noLonger },
  'ambient.istio.io/bypass-inbound-capture': { kinds: POD, alpha: true },
  'ambient.istio.io/dns-capture': { kinds: POD },
  'ambient.istio.io/redirection': { kinds: POD },
  'ambient.istio.io/waypoint-inbound-binding': { kinds: ['Gateway'], alpha: true },
  'galley.istio.io/analyze-suppress': { kinds: ['Any'], alpha: true },
  'gateway.istio.io/name-override': { kinds: ['Gateway'] },
  'gateway.istio.io/service-account': { kinds: ['Gateway'] },
  'inject.istio.io/templates': { kinds: POD, alpha: true },
  'istio.io/autoRegistrationGroup': { kinds: [], alpha: true },
  'istio.io/connectedAt': { kinds: [], alpha: true },
  'istio.io/disconnectedAt': { kinds: [], alpha: true },
  'istio.io/dry-run': { kinds: [], alpha: true },
  'istio.io/reroute-virtual-interfaces': { kinds: POD, check: interfaces },
  'istio.io/use-waypoint-canary-weight': { kinds: ['Namespace', 'Service'], alpha: true },
  'istio.io/workloadController': { kinds: [], alpha: true },
  'kubernetes.io/ingress.class': { kinds: ['Ingress'] },
  'networking.istio.io/address-type': { kinds: ['Gateway'] },
  'networking.istio.io/exportTo': { kinds: ['Service'], alpha: true },
  'networking.istio.io/service-type': { kinds: ['Gateway'] },
  'networking.istio.io/traffic-distribution': { kinds: ['Namespace', 'Service'] },
  'prometheus.istio.io/merge-metrics': { kinds: POD, alpha: true, check: boolean },
  'proxy.istio.io/config': { kinds: POD },
  'proxy.istio.io/overrides': { kinds: POD, alpha: true },
  'readiness.status.sidecar.istio.io/applicationPorts': { kinds: POD, alpha: true, check: ports },
  'readiness.status.sidecar.istio.io/failureThreshold': { kinds: POD, alpha: true, check: uint32 },
  'readiness.status.sidecar.istio.io/initialDelaySeconds': { kinds: POD, alpha: true, check: uint32 },
  'readiness.status.sidecar.istio.io/periodSeconds': { kinds: POD, alpha: true, check: uint32 },
  'sidecar.istio.io/agentLogLevel': { kinds: POD, alpha: true },
  'sidecar.istio.io/bootstrapOverride': { kinds: POD, alpha: true },
  'sidecar.istio.io/componentLogLevel': { kinds: POD, alpha: true },
  'sidecar.istio.io/discoveryAddress': { kinds: POD, deprecated: byProxyConfig },
  'sidecar.istio.io/enableCoreDump': { kinds: POD, alpha: true },
  'sidecar.istio.io/extraStatTags': { kinds: POD, deprecated: byProxyConfig },
  'sidecar.istio.io/inject': {
    kinds: POD,
    deprecated: 'use the label of the same name, which the webhook can see',
  },
  'sidecar.istio.io/interceptionMode': { kinds: POD, alpha: true, check: interceptionMode },
  'sidecar.istio.io/logLevel': { kinds: POD, alpha: true },
  'sidecar.istio.io/nativeSidecar': { kinds: POD },
  'sidecar.istio.io/proxyCPU': { kinds: POD, alpha: true, check: quantity },
  'sidecar.istio.io/proxyCPULimit': { kinds: POD, alpha: true, check: quantity },
  'sidecar.istio.io/proxyImage': { kinds: POD, alpha: true },
  'sidecar.istio.io/proxyImageType': { kinds: POD, alpha: true },
  'sidecar.istio.io/proxyMemory': { kinds: POD, alpha: true, check: quantity },
  'sidecar.istio.io/proxyMemoryLimit': { kinds: POD, alpha: true, check: quantity },
  'sidecar.istio.io/rewriteAppHTTPProbers': { kinds: POD, alpha: true },
  'sidecar.istio.io/statsCompression': { kinds: POD, deprecated: byProxyConfig },
  'sidecar.istio.io/statsEvictionInterval': { kinds: POD, alpha: true },
  'sidecar.istio.io/statsHistogramBuckets': { kinds: POD, alpha: true },
  'sidecar.istio.io/statsInclusionPrefixes': { kinds: POD, deprecated: byProxyConfig },
  'sidecar.istio.io/statsInclusionRegexps': { kinds: POD, deprecated: byProxyConfig },
  'sidecar.istio.io/statsInclusionSuffixes': { kinds: POD, deprecated: byProxyConfig },
  'sidecar.istio.io/userVolume': { kinds: POD, alpha: true },
  'sidecar.istio.io/userVolumeMount': { kinds: POD, alpha: true },
  'status.sidecar.istio.io/port': { kinds: POD, alpha: true, check: uint16 },
  'topology.istio.io/controlPlaneClusters': { kinds: ['Namespace'], alpha: true },
  'traffic.istio.io/nodeSelector': { kinds: ['Service'] },
  'traffic.sidecar.istio.io/excludeInboundPorts': { kinds: POD, alpha: true, check: ports },
  'traffic.sidecar.istio.io/excludeInterfaces': { kinds: POD, alpha: true, check: interfaces },
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': { kinds: POD, alpha: true, check: ranges },
  'traffic.sidecar.istio.io/excludeOutboundPorts': { kinds: POD, alpha: true, check: ports },
  'traffic.sidecar.istio.io/includeInboundPorts': { kinds: POD, alpha: true, check: portsOrAll },
  'traffic.sidecar.istio.io/includeOutboundIPRanges': { kinds: POD, alpha: true, check: rangesOrAll },
  'traffic.sidecar.istio.io/includeOutboundPorts': { kinds: POD, alpha: true, check: ports },
  'traffic.sidecar.istio.io/kubevirtInterfaces': {
    kinds: POD,
    deprecated: 'use istio.io/reroute-virtual-interfaces',
    check: interfaces,
  },
};

/** Annotations that Istio itself writes, or reads on any kind: nobody is to be told of them. */
export const IGNORED_ANNOTATIONS: ReadonlySet<string> = new Set([
  'sidecar.istio.io/status',
  'gateway.istio.io/controller-version',
  'istio.io/rev',
]);

/** Whether an annotation is one of Istio's, by the domain in front of its name. */
export function isIstioAnnotation(name: string): boolean {
  return (
    name === 'kubernetes.io/ingress.class' ||
    (name.includes('/') && /istio\.io$/.test(name.split('/')[0] ?? ''))
  );
}

function each(value: string, check: (item: string) => string | undefined): string | undefined {
  const items = value === '' ? [] : value.split(',');
  return items.map((item) => check(item.trim())).find((problem) => problem !== undefined);
}

function wholeNumber(value: string, most: number): string | undefined {
  const fits = /^\+?\d+$/.test(value) && Number(value) <= most;
  return fits ? undefined : `"${value}" is no whole number from 0 to ${most}`;
}

function uint16(value: string): string | undefined {
  return wholeNumber(value, 65535);
}

function uint32(value: string): string | undefined {
  return wholeNumber(value, 4294967295);
}

function ports(value: string): string | undefined {
  return each(value, uint16);
}

function portsOrAll(value: string): string | undefined {
  return value === '*' ? undefined : ports(value);
}

function ranges(value: string): string | undefined {
  return each(value, (item) =>
    isRange(item) ? undefined : `"${item}" is no range of addresses such as 10.0.0.0/8`,
  );
}

function rangesOrAll(value: string): string | undefined {
  return value === '*' ? undefined : ranges(value);
}

function isRange(item: string): boolean {
  const [address = '', bits, ...rest] = item.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return family !== 0 && bits !== undefined && rest.length === 0 && wholeNumber(bits, most) === undefined;
}

function interfaces(value: string): string | undefined {
  return each(value, (item) =>
    item.length < 16 && !/[/\s]/.test(item) && item !== ''
      ? undefined
      : `"${item}" is no name of a network interface`,
  );
}

function boolean(value: string): string | undefined {
  return /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)
    ? undefined
    : `"${value}" is neither true nor false`;
}

function interceptionMode(value: string): string | undefined {
  return ['REDIRECT', 'TPROXY', 'NONE'].includes(value)
    ? undefined
    : `"${value}" is none of REDIRECT, TPROXY, NONE`;
}

function quantity(value: string): string | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.test(value)
    ? undefined
    : `"${value}" is no quantity such as 100m or 128Mi`;
}
