import { defineMessages } from '#analysis';

/** What analyzers of workload groups report. */
export const messages = defineMessages({
  MSH0047: {
    name: 'WorkloadGroupServiceAccountMissing',
    level: 'warning',
    template: 'the service account {account} of its machines does not exist',
    why: 'A machine gets its first certificate with a token of this account: without it, it can not join the mesh.',
    fix: 'Create the ServiceAccount in the namespace of the WorkloadGroup, or correct spec.template.serviceAccount.',
  },
});
