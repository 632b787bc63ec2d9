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
  MSH0008: {
    name: 'UnknownServiceAccount',
    level: 'warning',
    template: 'the service account {account} of the principal {principal} does not exist',
    why: 'Nobody has this identity: a rule that should allow it allows nobody, and one that should deny it denies nobody.',
    fix: 'Correct the namespace or the name of the service account. A principal is written TRUST-DOMAIN/ns/NAMESPACE/sa/NAME.',
  },
  MSH0009: {
    name: 'TokenNotRequired',
    level: 'info',
    template: 'requests without a token pass: no AuthorizationPolicy for {workloads} asks for one',
    why: 'A RequestAuthentication refuses wrong tokens only; a request that has none goes through.',
    fix: 'Add an AuthorizationPolicy that denies requests without a request principal (from.source.notRequestPrincipals: ["*"], action DENY).',
  },
  MSH0031: {
    name: 'UnknownMethod',
    level: 'warning',
    template: 'the method "{method}" is neither one of HTTP nor of gRPC',
    why: 'No request has it: the rule matches nothing by it.',
    fix: 'Write methods in upper case, such as GET; a method of gRPC is a path (/package.Service/Method).',
  },
});
