import { defineMessages, SHARED_MESSAGES } from '#analysis';

/** What analyzers of Sidecar resources report. */
export const messages = defineMessages({
  IST0101: SHARED_MESSAGES.IST0101,
  IST0110: {
    name: 'ConflictingSidecarWorkloadSelectors',
    level: 'error',
    template: 'the pod {pod} is selected by several Sidecars: {sidecars}',
    why: 'A proxy takes one Sidecar, the oldest: what the others say of imports and listeners is not in force.',
    fix: 'Let one Sidecar select the workload, or make their selectors exclude each other.',
  },
  IST0111: {
    name: 'MultipleSidecarsWithoutWorkloadSelectors',
    level: 'error',
    template: 'the namespace has several Sidecars for all of its workloads: {sidecars}',
    why: 'A proxy takes one Sidecar, the oldest: the others are not in force.',
    fix: 'Keep one Sidecar without a selector in each namespace.',
  },
  IST0167: {
    name: 'IneffectivePolicy',
    level: 'warning',
    template: 'it has no effect on {what}, which ztunnel serves: there is no sidecar',
    why: 'In ambient mode no proxy of the workload reads Sidecar resources: its imports and listeners are as if it were not there.',
    fix: 'Remove it, or limit it to workloads that have a sidecar.',
  },
  MSH0027: {
    name: 'UnknownEgressHost',
    level: 'warning',
    template: 'the host {host} that it imports is no service that its namespace sees',
    why: 'The import has no effect: traffic to that name is sent as to an unknown host, without mTLS and routes, or is refused.',
    fix: 'Write NAMESPACE/HOST with the full name of the service and the namespace that it is defined in.',
  },
  MSH0051: {
    name: 'SidecarUnused',
    level: 'info',
    template: 'no pod of the namespace {namespace} has a sidecar',
    why: 'It is for sidecars, and there is none to read it: nothing is limited by it.',
    fix: 'Add the workloads to the mesh, or remove it.',
  },
});
