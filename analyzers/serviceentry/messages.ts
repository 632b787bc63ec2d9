import { defineMessages } from '#analysis';

/** What analyzers of service entries report. */
export const messages = defineMessages({
  IST0134: {
    name: 'ServiceEntryAddressesRequired',
    level: 'warning',
    template:
      'its TCP port {port} has no address to tell it by, and addresses are not given out automatically',
    why: 'TCP carries no host name: without an address of its own the entry takes all traffic to that port, that of other services too.',
    fix: 'Give it spec.addresses, name a protocol that carries the host (HTTPS, TLS, HTTP), or turn on automatic addresses (ISTIO_META_DNS_CAPTURE).',
  },
  IST0177: {
    name: 'ConflictingServiceEntryProtocol',
    level: 'warning',
    template:
      'the port {port} of {host} has different protocols ({protocols}) in the service entries {entries}',
    why: 'One definition wins for the whole host: traffic is treated by a protocol that it does not speak.',
    fix: 'Give the port the same protocol in all service entries of the host.',
  },
  MSH0007: {
    name: 'DuplicateServiceEntry',
    level: 'warning',
    template: 'the port {port} of {host} is also defined by {others}',
    why: 'Endpoints, resolution and addresses of one of them are used, and which one depends on their age and namespace.',
    fix: 'Define each host and port in one ServiceEntry, or limit them by exportTo to different namespaces.',
  },
  MSH0041: {
    name: 'ServiceEntryForService',
    level: 'warning',
    template: 'its host {host} is that of the Service {service}',
    why: 'Istio knows the host from the Service already: ports and endpoints of both are mixed, or those of the entry count for nothing.',
    fix: 'Use another host for what is outside, or add workloads to the Service itself (WorkloadEntry with its labels and a ServiceEntry of its own host).',
  },
  MSH0050: {
    name: 'TlsOriginationMismatch',
    level: 'warning',
    template: 'port {port} of {host}: {problem}',
    why: 'The server gets TLS within TLS, or plain text where it expects TLS: it ends the connection or answers 400.',
    fix: 'For clients that send plain HTTP: a port with protocol HTTP (and targetPort 443) and a DestinationRule with tls.mode SIMPLE for it. For clients that send TLS themselves: protocol TLS or HTTPS, and no TLS in a DestinationRule.',
  },
});
