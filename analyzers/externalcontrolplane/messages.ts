import { defineMessages } from '#analysis';

/** What analyzers of external control planes report. */
export const messages = defineMessages({
  IST0163: {
    name: 'InvalidExternalControlPlaneConfig',
    level: 'warning',
    template: 'the address "{address}" of webhook {webhook} {problem}',
    why: 'The API server can not call it: pods are not injected, or resources are not validated (or all of them are refused, by failurePolicy).',
    fix: 'Set clientConfig.url to the https address of the control plane, or clientConfig.service to its Service.',
  },
  IST0164: {
    name: 'ExternalControlPlaneAddressIsNotAHostname',
    level: 'info',
    template: 'the address {address} of webhook {webhook} is an IP address',
    why: 'The certificate of the control plane is for host names, so the API server may refuse it; and the address of a load balancer may change.',
    fix: 'Use the host name of the control plane.',
  },
});
