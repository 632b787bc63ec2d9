import { defineMessages, SHARED_MESSAGES } from '#analysis';

/** What analyzers of Istio gateways report. */
export const messages = defineMessages({
  IST0101: SHARED_MESSAGES.IST0101,
  IST0138: {
    name: 'GatewayDuplicateCertificate',
    level: 'warning',
    template: 'it serves the same certificate as {other} on the same workload',
    why: 'Browsers reuse one HTTP/2 connection for all hosts of a certificate: requests for a host of the other gateway arrive on this one and are answered with 404.',
    fix: 'Serve all hosts of the certificate by one Gateway, or use a certificate of its own for each.',
  },
  IST0145: {
    name: 'ConflictingGateways',
    level: 'error',
    template: 'it and {others} take the same hosts {hosts} on port {port} of the workload with {selector}',
    why: 'Which of them serves the hosts depends on their age: the other one is dropped, with its TLS settings and routes.',
    fix: 'Merge the servers into one Gateway, or give the gateways different hosts, ports or selectors.',
  },
  IST0161: {
    name: 'InvalidGatewayCredential',
    level: 'error',
    template: 'the Secret {secret} can not be used for TLS: {problem}',
    why: 'The gateway gets no certificate for these hosts: TLS handshakes with it fail.',
    fix: 'Write the certificate chain to tls.crt and its private key to tls.key of the Secret, both in PEM and not expired.',
  },
  IST0162: {
    name: 'GatewayPortNotDefinedOnService',
    level: 'warning',
    template: 'the port {port} is not among the ports of the services of the workload with {selector}',
    why: 'Traffic reaches a gateway by its Service: nothing arrives on a port that the Service does not have.',
    fix: 'Add the port to the Service of the gateway, or use a port that it has.',
  },
  MSH0011: {
    name: 'GatewayUnused',
    level: 'info',
    template: 'no virtual service is bound to it',
    why: 'It opens its ports and hosts, and answers every request with 404.',
    fix: 'Bind a VirtualService to it by spec.gateways, or remove it.',
  },
  MSH0014: {
    name: 'GatewayCertificateExpiresSoon',
    level: 'warning',
    template: 'the certificate in Secret {secret} expires on {date}, in {days} days',
    why: 'After that day every client refuses the connection.',
    fix: 'Renew the certificate; if something renews it automatically, find out why it has not.',
  },
  MSH0015: {
    name: 'GatewayCertificateForOtherHosts',
    level: 'warning',
    template: 'the certificate in Secret {secret} is not for {host}: it is for {names}',
    why: 'Clients that ask for the host are shown a certificate of another name and refuse it.',
    fix: 'Use a certificate whose subject alternative names have the host.',
  },
  MSH0038: {
    name: 'GatewayKeyMismatch',
    level: 'error',
    template: 'the private key in Secret {secret} is not that of its certificate',
    why: 'The gateway refuses the pair: TLS handshakes for these hosts fail, or go on with the certificate from before.',
    fix: 'Write the key that the certificate was made for to tls.key of the Secret, or a certificate of that key to tls.crt.',
  },
});
