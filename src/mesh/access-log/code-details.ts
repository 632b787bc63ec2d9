import { parseRbacPolicyName } from '../../envoy/rbac-policy-name.ts';
import type { AccessEntry } from './entry.ts';
import type { Explanation } from './explanation.ts';
import type { Side } from './side.ts';

/** What the details of an answer tell beyond its flags; severity and key come from the request as a whole. */
export type Detail = Omit<Explanation, 'key' | 'severity'>;

/**
 * What `response_code_details`, or the words with which a connection was ended, say about a request; `undefined` for
 * words that say no more than the flags. `side` is at which end of the call the proxy stands.
 */
export function explainDetails(entry: AccessEntry, side: Side | undefined): Detail | undefined {
  const text = entry.details ?? '';
  const denied = rbacDenial(entry.termination) ?? rbacDenial(text);
  if (denied !== undefined) return denied;
  const [word = '', inside = ''] = split(text);
  if (word === 'jwt_authn_access_denied') return jwt(words(inside));
  if (word === 'filter_chain_not_found') return noFilterChain(side);
  if (word.startsWith('upstream_reset_before_response_started')) return transport(words(inside));
  if (entry.transportFailure !== undefined && entry.transportFailure !== '')
    return transport(words(entry.transportFailure));
  if (isConnectTimeout(entry)) return transport('connection timeout');
  return Object.hasOwn(KNOWN, word) ? KNOWN[word] : undefined;
}

/** `rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[0]]`, or `[none]`. */
function rbacDenial(text: string | undefined): Detail | undefined {
  const policy = /^rbac_access_denied_matched_policy\[(.*)\]$/s.exec(text ?? '')?.[1];
  if (policy === undefined) return undefined;
  if (policy === 'none') {
    return {
      what: 'denied: there is an ALLOW policy, and none of its rules matches the request',
      why: 'the caller, method or path is not among what the AuthorizationPolicies allow, or a rule needs a claim of a token that was not sent',
      next: 'meshscope authz check {pod} --rules shows what is allowed',
    };
  }
  const name = parseRbacPolicyName(policy);
  if (name === undefined) return { what: `denied by policy ${policy}`, object: policy };
  const object = `AuthorizationPolicy ${name.namespace}/${name.policy}, rule ${name.rule}`;
  if (name.isBadCustom) {
    return {
      what: `denied by ${object}: its CUSTOM action could not be set up`,
      why: 'the extension provider is unknown, or policies name several of them',
      next: 'compare provider.name with extensionProviders of the mesh configuration',
      object,
    };
  }
  return {
    what: `denied by ${object}`,
    why: 'that rule matches the request (rules count from 0)',
    next: 'meshscope authz check {pod} --rules shows the rule in words',
    object,
  };
}

function jwt(reason: string): Detail {
  return {
    what: `the token was refused: ${reason === '' ? 'no reason given' : reason}`,
    why: 'the JWT in the request does not satisfy the RequestAuthentication of this workload',
    next: 'compare issuer, audiences and jwksUri of the RequestAuthentication with the token',
  };
}

function noFilterChain(side: Side | undefined): Detail {
  if (side === 'gateway' || side === 'client') {
    return {
      what: 'no filter chain of the listener matches the connection',
      why:
        side === 'gateway'
          ? 'no TLS server of a Gateway has the SNI of the client, or the certificate of that server is missing'
          : 'the port or SNI is not configured in this proxy',
      next: 'meshscope proxy-config listener {pod} shows what would match',
    };
  }
  return {
    what: 'the connection was refused: no filter chain matches it',
    why: 'the caller sent plain text where only mTLS is taken (STRICT): it has no sidecar, a DestinationRule turns its TLS off, or it called the pod by its address, past the Service (PassthroughCluster)',
    next: "look at the caller's DestinationRule (trafficPolicy.tls) and this workload's PeerAuthentication",
  };
}

const TLS_WORDS: readonly (readonly [pattern: RegExp, what: string, why: string])[] = [
  [
    /WRONG_VERSION_NUMBER/,
    'the endpoint does not speak TLS: TLS failed with WRONG_VERSION_NUMBER',
    'a DestinationRule (or auto mTLS) sends TLS to a port that takes plain text: the endpoint has no sidecar, or its application port speaks plain text',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED/,
    "the endpoint's certificate was not accepted: CERTIFICATE_VERIFY_FAILED",
    'it is signed by another root, has expired, or carries another identity than the one expected (subjectAltNames)',
  ],
  [
    /CERTIFICATE_EXPIRED|certificate expired/i,
    'the other end refused our certificate: it has expired',
    'the workload certificate was not renewed',
  ],
  [
    /(?:CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)/,
    'the TLS handshake was refused by the endpoint',
    'it does not trust our certificate, or wants one and got none (DestinationRule SIMPLE in place of ISTIO_MUTUAL)',
  ],
];

/** A TCP connection that could not be made has no details: that it took seconds tells a timeout from a refusal. */
function isConnectTimeout({ flags, details, duration = 0 }: AccessEntry): boolean {
  return flags.includes('UF') && details === undefined && duration >= 5_000;
}

/** Why a connection to the endpoint failed, in Envoy's words with blanks for underscores. */
function transport(reason: string): Detail | undefined {
  const tls = TLS_WORDS.find(
    ([pattern]) => pattern.test(reason) || pattern.test(reason.replaceAll(' ', '_')),
  );
  if (tls !== undefined) {
    const next = 'compare trafficPolicy.tls of the DestinationRule with what the endpoint accepts';
    return { what: tls[1], why: tls[2], next };
  }
  if (/connection refused/i.test(reason)) {
    return {
      what: 'the endpoint refused the connection',
      why: "nothing listens there: the application or its proxy's inbound listener is not up, or listens on another port or on loopback only",
      next: 'meshscope proxy-status {endpoint} shows whether the other proxy runs and took its listeners',
    };
  }
  if (/no route to host|network is unreachable/i.test(reason)) {
    return {
      what: 'there is no route to the endpoint',
      why: 'the pod behind the address is gone or its node is cut off, but the endpoint is still handed out',
      next: 'compare the endpoint with the pods: meshscope proxy-config endpoint {pod}',
    };
  }
  if (/connection timeout|connect timeout/i.test(reason)) {
    return {
      what: 'no connection to the endpoint within the connect timeout',
      why: 'packets are dropped on the way (NetworkPolicy, firewall), or the address does not exist',
      next: 'look at NetworkPolicies of both ends; outside the mesh: firewall and address',
    };
  }
  if (/connection termination/i.test(reason)) {
    return {
      what: 'the endpoint closed the connection before it answered',
      why: 'plain text met a port that takes mTLS only, the application restarted, or it closes idle connections sooner than the proxy',
      next: "look at the other end's log: meshscope logs {pod} --to {endpoint}",
    };
  }
  return undefined;
}

const TIMEOUT = 'compare timeout of the VirtualService with how long the application takes';

const KNOWN: Readonly<Record<string, Detail>> = {
  via_upstream: {
    what: 'the answer came from the other side',
    why: 'its proxy or its application gave it',
    next: "look at the other end's log: meshscope logs {pod} --to {endpoint}",
    isFromUpstream: true,
  },
  direct_response: {
    what: 'the proxy answered by itself',
    why: 'the route has a redirect or a directResponse',
    next: 'look at the VirtualService of the route',
  },
  route_not_found: {
    what: 'no route matches',
    why: 'no VirtualService (or HTTPRoute) covers this host and path on this port, or its Gateway does not admit the host',
    next: 'meshscope proxy-config route {pod} shows the hosts and paths that would match',
  },
  upstream_per_try_timeout: {
    what: 'every try took longer than perTryTimeout',
    why: 'the application is slower than retries.perTryTimeout of the VirtualService',
    next: 'raise retries.perTryTimeout, or make the application faster',
  },
  response_timeout: {
    what: 'the application did not answer within the timeout of the route',
    why: 'it is slower than timeout of the VirtualService, or it hangs',
    next: TIMEOUT,
  },
  upstream_response_timeout: {
    what: 'the application did not answer within the timeout of the route',
    why: 'it is slower than timeout of the VirtualService, or it hangs',
    next: TIMEOUT,
  },
  ext_authz_error: {
    what: 'the external authorizer could not be asked',
    why: 'it is down, or slower than its timeout',
    next: 'look at the extension provider of the CUSTOM policy',
  },
  ext_authz_denied: {
    what: 'the external authorizer denied the request',
    why: 'its rules do not allow it',
    next: 'look at the log of the extension provider',
  },
  request_payload_too_large: {
    what: 'the body of the request is larger than a filter may hold',
    why: 'a filter (Lua, Wasm, ext_authz) buffers the body',
    next: 'look at the buffer limits of the EnvoyFilters and of the authorizer',
  },
  request_headers_too_large: {
    what: 'the headers of the request are too large',
    why: 'they exceed the limit of the proxy (60 KiB by default)',
    next: 'look for large cookies or tokens',
  },
  missing_host_header: {
    what: 'the request has no Host',
    why: 'an HTTP/1.0 or broken client',
    next: 'look at the caller',
  },
};

/** `word{inside}`: the word and what it holds. */
function split(text: string): readonly [string, string] {
  const at = text.indexOf('{');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).replace(/\}$/, '')];
}

/** Envoy writes blanks as underscores, so that the field stays one word. */
function words(text: string): string {
  return text.replaceAll('_', ' ').replace(/\s+/g, ' ').trim();
}
