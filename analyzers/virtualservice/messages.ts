import { defineMessages, SHARED_MESSAGES } from '#analysis';

/** What analyzers of virtual services report. */
export const messages = defineMessages({
  IST0101: SHARED_MESSAGES.IST0101,
  IST0109: {
    name: 'ConflictingMeshGatewayVirtualServiceHosts',
    level: 'error',
    template: 'the host {host} is claimed by several virtual services for the sidecars: {virtualServices}',
    why: 'Sidecars take one virtual service for a host: the routes of the others are not in force, and which one wins may change with an upgrade.',
    fix: 'Merge their routes into one VirtualService, or limit each by exportTo to its own namespaces.',
  },
  IST0112: {
    name: 'VirtualServiceDestinationPortSelectorRequired',
    level: 'error',
    template: 'the destination {host} has several ports ({ports}) and the route names none',
    why: 'The route can not tell which port is meant: its requests find no cluster and are answered with 503.',
    fix: 'Set destination.port.number to one of them.',
  },
  IST0132: {
    name: 'VirtualServiceHostNotFoundInGateway',
    level: 'warning',
    template: 'none of its hosts ({hosts}) is a host of gateway {gateway}',
    why: 'The gateway does not serve these hosts: requests for them are answered with 404, and this virtual service is not used there.',
    fix: 'Add the hosts to a server of the gateway, or bind the virtual service to the gateway that has them.',
  },
  IST0140: {
    name: 'IngressRouteRulesNotAffected',
    level: 'warning',
    template: 'its route to {host} does not use the subset rules that {other} has for that host',
    why: 'A gateway applies the virtual services that are bound to it, and no others: requests from outside do not follow the rules for the subsets of this host.',
    fix: 'Write the subset rules in this virtual service, too.',
  },
  IST0149: {
    name: 'JwtClaimBasedRoutingWithoutRequestAuthN',
    level: 'error',
    template:
      'it routes by the claim {claim}, and no RequestAuthentication checks tokens on pod {pod} of gateway {gateway}',
    why: 'Claims are known only from a token that was checked: the match never holds.',
    fix: 'Add a RequestAuthentication for the workload of the gateway.',
  },
  IST0165: {
    name: 'ReferencedInternalGateway',
    level: 'warning',
    template: 'it is bound to {gateway}, which Istio makes from a Gateway API resource',
    why: 'Such gateways are internal: their names may change, and routes that are bound to them are not supported.',
    fix: 'Use an HTTPRoute for that gateway, or a Gateway of Istio.',
  },
  MSH0001: {
    name: 'TrafficLoop',
    level: 'error',
    template: 'requests go round in a circle: {loop}',
    why: 'Each gateway routes by the host anew and sends the request to the next one, until a timeout or a full queue ends it: callers get 503 or 504, and the load multiplies.',
    fix: 'Limit the route to the gateway that it is meant for (match.gateways), or let it lead to the service itself and not to that of a gateway.',
  },
  MSH0002: {
    name: 'RedirectLoop',
    level: 'error',
    template: 'the redirect leads back to itself: {loop}',
    why: 'Clients follow redirects until they give up: browsers show "too many redirects".',
    fix: 'Let the redirect lead to a path or host that no redirect takes, or put a route for it in front.',
  },
  MSH0003: {
    name: 'DelegateMisused',
    level: 'error',
    template: 'the delegate {delegate} {problem}',
    why: 'The route that delegates is dropped: its requests are answered with 404, or by a later route.',
    fix: 'A delegate is a VirtualService without hosts that the other one sees, and that does not delegate further.',
  },
  MSH0020: {
    name: 'RetriesDoNotFit',
    level: 'warning',
    template:
      'the timeout of {timeout} ends before the {attempts} retries with {perTry} for each try can be made',
    why: 'The timeout counts for all tries together: the last retries never happen, and callers get 504 although a retry might have helped.',
    fix: 'Raise the timeout above the tries times perTryTimeout, or make fewer tries.',
  },
  MSH0028: {
    name: 'DelegateUnused',
    level: 'info',
    template: 'it has no hosts, so it is a delegate, and no virtual service delegates to it',
    why: 'Its routes are not in force anywhere.',
    fix: 'Add the hosts that it is for, or delegate to it from the virtual service that has them.',
  },
  MSH0039: {
    name: 'VirtualServiceUnused',
    level: 'info',
    template: 'no proxy consults it: {reason}',
    why: 'Its routes are not in force anywhere.',
    fix: 'Correct the hosts or gateways, or remove it.',
  },
  MSH0040: {
    name: 'HiddenHost',
    level: 'warning',
    template: 'the host {host} is hidden from it: {by}',
    why: 'Clients in its namespace do not see both together: the routes are not in force, or lead nowhere and are answered with 503.',
    fix: 'Export the host to the namespace of the virtual service (exportTo), or add the host to the egress hosts of the Sidecar.',
  },
});
