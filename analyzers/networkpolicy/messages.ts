import { defineMessages } from '#analysis';

/** What analyzers of Kubernetes network policies report. */
export const messages = defineMessages({
  MSH0019: {
    name: 'NetworkPolicyBlocksMesh',
    level: 'warning',
    template: 'it lets no traffic to port {port} of {workload}, which {purpose} needs',
    why: 'Traffic of the mesh is dropped before it arrives: connections time out, and neither access log nor policy of Istio tells why.',
    fix: 'Allow the port in the ingress rules of the NetworkPolicy.',
  },
});
