import { defineMessages, SHARED_MESSAGES } from '#analysis';

/** What analyzers of authorization report. */
export const messages = defineMessages({
  IST0101: SHARED_MESSAGES.IST0101,
  IST0127: {
    name: 'NoMatchingWorkloadsFound',
    level: 'warning',
    template: 'no workload of the mesh is selected by {labels}',
    why: 'The policy is not in force anywhere: what it should deny is allowed, or what it should allow is still denied by others.',
    fix: 'Correct the labels of the selector, move the policy to the namespace of its workload, or add the workload to the mesh.',
  },
});
