import type { Detail } from './code-details.ts';
import type { AccessEntry } from './entry.ts';

const WAYPOINT_NEXT =
  'meshscope proxy-status {endpoint} shows whether that proxy runs and took its listeners';

/** What the error of a ztunnel says. Source: spec of users §3.0, and the recorded ambient mesh. */
export function explainZtunnelError(error: string, entry: AccessEntry): Detail {
  const denied = /policy rejection: explicitly denied by: (\S+)/.exec(error)?.[1];
  if (denied !== undefined) return deniedBy(denied);
  const to = entry.upstreamHost ?? 'the destination';
  return RULES.find(([pattern]) => pattern.test(error))?.[1](to, error) ?? { what: error };
}

/** ztunnel knows PeerAuthentications as policies of its own. */
function deniedBy(policy: string): Detail {
  const name = policy.slice(policy.indexOf('/') + 1);
  if (name === 'istio_converted_static_strict') {
    return {
      what: 'plain text was refused: a PeerAuthentication takes mTLS only (STRICT)',
      why: 'the caller is outside the mesh, or its traffic is not redirected',
      next: "add the caller's namespace to the mesh, or allow PERMISSIVE for that port",
      object: 'PeerAuthentication with mode STRICT',
    };
  }
  const peer = /^converted_peer_authentication_(.+)$/.exec(name)?.[1];
  const namespace = policy.slice(0, Math.max(0, policy.indexOf('/')));
  if (peer !== undefined) {
    const object = `PeerAuthentication ${namespace}/${peer}`;
    return {
      what: `plain text was refused by ${object}`,
      why: 'it takes mTLS only on that port',
      next: "add the caller's namespace to the mesh, or change the mode of that port",
      object,
    };
  }
  const object = `AuthorizationPolicy ${policy}`;
  return {
    what: `denied by ${object}`,
    why: 'a DENY rule matches the connection; rules on HTTP alone need a waypoint',
    next: 'look at its rules, and whether the workload has a waypoint',
    object,
  };
}

type Rule = readonly [pattern: RegExp, explain: (to: string, error: string) => Detail];

const RULES: readonly Rule[] = [
  [
    /allow policies exist, but none allowed/,
    () => ({
      what: 'denied: there is an ALLOW policy, and none of its rules matches the caller',
      why: "the caller's identity is not allowed, or the rules speak of HTTP, which only a waypoint can read",
      next: 'compare the principals of the AuthorizationPolicies with the identity of the caller',
    }),
  ],
  [
    /http status: 401/,
    () => ({
      what: 'the ztunnel of the destination refused the connection by policy',
      why: 'its own log line says which policy',
      next: "look at the other end's log: meshscope logs {pod} --to {endpoint}",
      isFromUpstream: true,
    }),
  ],
  [
    /maybe a NetworkPolicy is blocking HBONE/,
    () => ({
      what: 'no connection on port 15008 within 10 s',
      why: 'a NetworkPolicy of the destination lets the application port in, but not HBONE (15008)',
      next: 'allow TCP 15008 from the mesh in that NetworkPolicy',
    }),
  ],
  [
    /Connection refused/,
    (to) => ({
      what: `the destination refused the connection on port ${to.split(':').at(-1)}`,
      why: to.endsWith(':15008')
        ? 'no ztunnel or waypoint listens there: it is down, or its Envoy refused its listeners'
        : 'nothing listens on that port',
      next: WAYPOINT_NEXT,
    }),
  ],
  [
    /No route to host|Network is unreachable/,
    () => ({
      what: 'there is no route to the destination',
      why: 'the pod behind the address is gone, or its node is cut off',
      next: 'compare the address {endpoint} with the pods',
    }),
  ],
  [
    /Connection reset by peer/,
    () => ({
      what: 'the destination reset the connection',
      why: 'the other ztunnel could not take it, for instance because it has no certificate for that workload',
      next: "look at the other end's log: meshscope logs {pod} --to {endpoint}",
      isFromUpstream: true,
    }),
  ],
  [
    /deadline has elapsed/,
    () => ({
      what: 'no connection to the destination in time',
      why: 'packets are dropped on the way, or the address does not exist',
      next: 'look at NetworkPolicies, firewalls, and whether the address is right',
    }),
  ],
  [
    /no healthy upstream/,
    () => ({
      what: 'the Service has no endpoint to send to',
      why: 'no pod of it is ready, or its port leads to none',
      next: "look at the Service's endpoints and at the readiness of its pods",
    }),
  ],
  [
    /no ip addresses were resolved/,
    (_, error) => ({
      what: `the name of the host could not be resolved (${error.split('/').at(-1) ?? ''})`,
      why: 'the DNS name of the ServiceEntry does not exist, or DNS does not answer',
      next: 'resolve the name from the node',
    }),
  ],
  [
    /unknown waypoint/i,
    () => ({
      what: 'the waypoint is not known',
      why: 'the label istio.io/use-waypoint names a Gateway that is not there',
      next: 'compare the label with the Gateways of class istio-waypoint',
    }),
  ],
  [
    /local workload|workload is unknown|signing error/,
    (_, error) => ({
      what: `the ztunnel does not know the workload: ${error}`,
      why: 'the service account of the pod differs from what istiod knows, or its certificate could not be fetched',
      next: 'compare spec.serviceAccountName of the pod with its workload entry, and look at the log of istiod',
    }),
  ],
  [
    /certificate|tls|handshake/i,
    (_, error) => ({
      what: `TLS failed: ${error}`,
      why: 'the certificates of the two ends do not fit together',
      next: 'meshscope rootca-compare shows who accepts whom',
    }),
  ],
];
