import { defineMessages } from '#analysis';

/** What analyzers of services report. */
export const messages = defineMessages({
  IST0118: {
    name: 'PortNameIsNotUnderNamingConvention',
    level: 'info',
    template: 'the name "{port}" of port {number} says nothing about its protocol',
    why: 'Istio guesses between HTTP and TCP by the first bytes: protocols in which the server speaks first wait for seconds, and routes or policies of HTTP may not be in force.',
    fix: 'Set appProtocol, or begin the name with the protocol: http, http2, grpc, tcp, tls, as in http-web.',
  },
  IST0150: {
    name: 'ExternalNameServiceTypeInvalidPortName',
    level: 'warning',
    template:
      'the name "{port}" of port {number} makes this ExternalName service catch all traffic to the port',
    why: 'A TCP port of an ExternalName service makes a listener for all addresses: traffic to other services on that port goes there, too.',
    fix: 'Begin the name with the protocol, such as http or https; for plain TCP use a ServiceEntry with addresses.',
  },
  MSH0006: {
    name: 'TargetPortNotServed',
    level: 'info',
    template: 'its port {port} leads to the port {targetPort}, which no container of {workload} has',
    why: 'If nothing listens there, requests fail with 503 and "connection refused". Containers need not name their ports, so this is a hint where some are named.',
    fix: 'Set targetPort to the port that the application listens on, or add it to the ports of the container.',
  },
  MSH0049: {
    name: 'ServiceWithoutPods',
    level: 'warning',
    template: 'no pod in namespace {namespace} has the labels {labels} that it selects by',
    why: 'Requests for it find no endpoint and are answered with 503 and the flag UH.',
    fix: 'Correct the selector or the labels of the pods, start the workload, or remove the Service.',
  },
});
