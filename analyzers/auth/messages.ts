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
  MSH0032: {
    name: 'PolicyNeedsMtls',
    level: 'warning',
    template: 'it asks for {field}, and {workload} {problem}',
    why: 'The identity of a caller is known from its certificate alone. Over plain text there is none: a rule that allows an identity allows nobody, and one that denies an identity does not deny callers that come without.',
    fix: 'Set the PeerAuthentication of the workload to STRICT, or deny callers without an identity as well (notPrincipals: ["*"]).',
  },
  MSH0033: {
    name: 'DenyTakesTcp',
    level: 'warning',
    template: 'a DENY rule with fields of HTTP also closes ports that do not speak HTTP: {ports}',
    why: 'For such ports the fields of HTTP do not count, and what is left of the rule denies every connection: clients see it closed without an answer.',
    fix: 'Limit the rule to the ports of HTTP (to.operation.ports, the ports of the containers), or the policy to the workloads that it is meant for.',
  },
  MSH0034: {
    name: 'PolicyMatchesNothing',
    level: 'warning',
    template: 'no request can match this part of a rule: {reason}',
    why: 'A rule that allows with it allows nobody, and one that denies with it denies nobody.',
    fix: 'Correct the values, or remove the part.',
  },
  MSH0048: {
    name: 'WorkloadWithoutPolicy',
    level: 'info',
    template: 'no AuthorizationPolicy is for these of its workloads: {workloads}',
    why: 'Every caller that reaches them is let through, while other workloads of the namespace are protected.',
    fix: 'Add a policy for them, or one without rules and selector for the namespace, which denies what no other policy allows.',
  },
});
