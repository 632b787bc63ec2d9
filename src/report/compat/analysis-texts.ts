import { type Finding, resourceText } from '../../analysis/finding.ts';

type Args = Readonly<Record<string, string | number>>;
type Text = (args: Args, finding: Finding) => string;

/** The reference's words for what a reference leads to, where ours are others. */
const REFERENCE: Readonly<Record<string, string>> = {
  'subset of a DestinationRule': 'host+subset in destinationrule',
  Secret: 'credentialName',
};

const list = (value: unknown): string => `[${String(value).replaceAll(', ', ' ')}]`;
const nameOf = ({ resource }: Finding): string => resource?.name ?? '';
const spaceOf = ({ resource }: Finding): string => resource?.namespace ?? '';
const fullName = ({ resource }: Finding): string =>
  resource === undefined ? '' : resourceText(resource).replace(/^\S+ /, '');

/** The reference's sentences, by code, as far as the arguments of ours say what they need. */
const TEXTS: Readonly<Record<string, Text>> = {
  IST0101: ({ what = '', name }) => `Referenced ${REFERENCE[what] ?? what} not found: "${name}"`,
  IST0102: (_, finding) =>
    `The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${nameOf(finding)} istio-injection=enabled' to enable it, or 'kubectl label namespace ${nameOf(finding)} istio-injection=disabled' to explicitly mark it as not needing injection.`,
  IST0103: (_, finding) =>
    `The pod ${fullName(finding)} is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.`,
  IST0106: ({ problem }) => `Schema validation error: ${problem}`,
  IST0107: ({ annotation, kinds }) => `Misplaced annotation: ${annotation} can only be applied to ${kinds}`,
  IST0108: ({ annotation }) => `Unknown annotation: ${annotation}`,
  IST0109: ({ host, virtualServices }) =>
    `The VirtualServices ${joined(virtualServices)} associated with mesh gateway define the same host */${host} which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.`,
  IST0110: ({ sidecars, pod }, finding) => samePod('Sidecars', sidecars, pod, finding),
  IST0111: ({ sidecars }, finding) => noSelector('Sidecars', sidecars, finding),
  IST0112: ({ host, ports }) =>
    `This VirtualService routes to a service "${host}" that exposes multiple ports ${list(ports)}. Specifying a port in the destination is required to disambiguate.`,
  IST0116: ({ port, services }, finding) =>
    `This deployment ${nameOf(finding)} is associated with multiple services using port ${port} but different protocols: ${list(services)}`,
  IST0118: ({ port, number }) =>
    `Port name ${port} (port: ${number}, targetPort: ${number}) doesn't follow the naming convention of Istio port.`,
  IST0123: ({ labels }) =>
    `The namespace has more than one type of injection labels ${list(labels)}, which may lead to undefined behavior. Make sure only one injection label exists.`,
  IST0125: ({ annotation, problem }) => `Invalid annotation ${annotation}: ${problem}`,
  IST0126: ({ registry, network }) => `Unknown service registry ${registry} in network ${network}`,
  IST0127: ({ labels }) =>
    `No matching workloads for this resource with the following labels: ${labelsOf(labels)}`,
  IST0128: ({ mode, host }, finding) => withoutCa(finding, mode, host),
  IST0129: ({ mode, host, port }, finding) => `${withoutCa(finding, mode, host)} at port number:${port}`,
  IST0132: ({ hosts, gateway }, finding) =>
    `one or more host ${list(hosts)} defined in VirtualService ${fullName(finding)} not found in Gateway ${gateway}.`,
  IST0133: ({ problem }) => `Schema validation warning: ${problem}`,
  IST0134: () => 'ServiceEntry addresses are required for this protocol.',
  IST0137: ({ services, targetPort, ports }, finding) =>
    `This deployment ${nameOf(finding)} is associated with multiple services ${list(services)} using targetPort "${targetPort}" but different ports: ${list(ports)}.`,
  IST0140: ({ other }, finding) =>
    `Subset in virtual service ${other} has no effect on ingress gateway ${fullName(finding)} requests`,
  IST0144: () => 'User ID (UID) 1337 is reserved for the sidecar proxy.',
  IST0145: ({ others, selector, port, hosts }) =>
    `Conflict with gateways ${joined(others).replace(/(^|,)\//g, '$1')} (workload selector ${selector}, port ${port}, hosts ${joined(hosts)}).`,
  IST0146: (_, finding) => autoImage(finding),
  IST0147: (_, finding) => autoImage(finding),
  IST0148: () =>
    'is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.',
  IST0150: () =>
    'Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly',
  IST0151: () =>
    'This EnvoyFilter does not have a priority and has a relative patch operation set which can cause the EnvoyFilter not to be applied. Using the INSERT_FIRST of ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.',
  IST0152: () => 'The REPLACE operation is only valid for HTTP_FILTER and NETWORK_FILTER.',
  IST0153: () =>
    'The ADD operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.',
  IST0154: () =>
    'The REMOVE operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.',
  IST0155: () =>
    'This EnvoyFilter does not have a priority and has a relative patch operation (NSTERT_BEFORE/AFTER, REPLACE, MERGE, DELETE) and proxyVersion set which can cause the EnvoyFilter not to be applied during an upgrade. Using the INSERT_FIRST or ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.',
  IST0157: (_, finding) =>
    `The Telemetry ${nameOf(finding)} in namespace "${spaceOf(finding)}" with empty providers will be ignored.`,
  IST0158: ({ pods }) =>
    `The Istio proxy images of the pods running in the namespace do not match the image defined in the injection configuration (pod names: ${list(pods)}). This often happens after upgrading the Istio control-plane and can be fixed by redeploying the pods.`,
  IST0159: ({ telemetries, pod }, finding) => samePod('Telemetries', telemetries, pod, finding),
  IST0160: ({ telemetries }, finding) => noSelector('Telemetries', telemetries, finding),
  IST0161: ({ secret }, finding) =>
    `The credential referenced by the Gateway ${nameOf(finding)} in namespace ${String(secret).split('/')[0]} is invalid, which can cause the traffic not to work as expected.`,
  IST0162: ({ port, selector }) =>
    `The gateway is listening on a target port (port ${port}) that is not defined in the Service associated with its workload instances (Pod selector ${selector}). If you need to access the gateway port through the gateway Service, it will not be available.`,
  IST0163: ({ address, webhook }, finding) =>
    address === ''
      ? `The hostname () that was provided for the webhook (${webhook}) to reach the ingress gateway on the external control plane cluster is blank. Traffic may not flow properly.`
      : finding.message,
  IST0164: ({ address, webhook }) =>
    `The address (${address}) that was provided for the webhook (${webhook}) to reach the ingress gateway on the external control plane cluster is an IP address. This is not recommended for a production environment.`,
  IST0165: ({ gateway }, finding) =>
    `Gateway reference in VirtualService ${fullName(finding)} is to an implementation-generated internal Gateway: ${gateway}.`,
  IST0166: ({ gateway }) =>
    `Ineffective selector on Kubernetes Gateway ${String(gateway).split('/').at(-1)}. Use the TargetRef field instead.`,
  IST0171: ({ type, reason, message }) =>
    `A condition with a negative status is present: type=${type}, reason=${reason}, message=${message}.`,
  IST0173: ({ subset }) =>
    `The Subset ${subset} defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).`,
  IST0174: ({ host }) =>
    `The host ${host} defined in the DestinationRule does not match any services in the mesh.`,
  IST0175: ({ count, names }) =>
    `BLOCKED_CIDRS_IN_JWKS_URIS is not configured but ${count} RequestAuthentication resource(s) exist (${names}). Consider configuring it to restrict JWKS URI fetches to trusted networks.`,
  IST0176: ({ crd, installed, minimum }) =>
    `Gateway API CRD "${crd}" is at version "${String(installed).replace(/^v/, '')}" but Istio requires at least "${minimum}"; resources of this kind will not be processed. Upgrade the Gateway API CRDs to satisfy the minimum version.`,
  IST0177: ({ entries, host, port, protocols }) =>
    `Multiple ServiceEntries (${entries}) define the same host "${host}" and port ${port} with conflicting protocols (${protocols}).`,
};

function joined(value: unknown): string {
  return String(value).replaceAll(', ', ',');
}

/** The labels alone, without our words about where. */
function labelsOf(text: unknown): string {
  const [labels = ''] = String(text).split(/ in (?:any )?namespace/);
  return labels.includes('=') ? joined(labels) : '';
}

function samePod(kinds: string, names: unknown, pod: unknown, finding: Finding): string {
  return `The ${kinds} ${list(names)} in namespace "${spaceOf(finding)}" select the same workload pod "${pod}", which can lead to undefined behavior.`;
}

function noSelector(kinds: string, names: unknown, finding: Finding): string {
  return `The ${kinds} ${list(names)} in namespace "${spaceOf(finding)}" have no workload selector, which can lead to undefined behavior.`;
}

function withoutCa(finding: Finding, mode: unknown, host: unknown): string {
  return `DestinationRule ${fullName(finding)} in namespace ${spaceOf(finding)} has TLS mode set to ${mode} but no caCertificates are set to validate server identity for host: ${host}`;
}

function autoImage({ resource }: Finding): string {
  return `${resource?.kind} ${resource?.name} contains \`image: auto\` but does not match any Istio injection webhook selectors.`;
}

/** The sentence of the reference for a finding; our own where it has no such sentence or it can't be made. */
export function referenceText(finding: Finding): string {
  const { code, args, message } = finding;
  return TEXTS[code]?.(args ?? {}, finding) ?? message;
}
