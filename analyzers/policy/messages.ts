import { defineMessages } from '#analysis';

/** What analyzers of policies in general report. */
export const messages = defineMessages({
  MSH0023: {
    name: 'ConflictingPeerAuthentications',
    level: 'warning',
    template: 'several PeerAuthentications are for {scope}: {names}',
    why: 'The oldest one counts and the others are not in force: whether mTLS is required may be other than the newest one says.',
    fix: 'Keep one for each namespace and workload.',
  },
  MSH0024: {
    name: 'PolicyWithoutTarget',
    level: 'warning',
    template: 'no pod {where} has the labels {labels} of its selector',
    why: 'It is not in force anywhere.',
    fix: 'Correct the labels, or move it to the namespace of its workload. In the root namespace a selector finds workloads of all namespaces, but for PeerAuthentication.',
  },
  MSH0025: {
    name: 'DeprecatedApiVersion',
    level: 'info',
    template: 'the API version {version} is deprecated: {instead} is the same',
    why: 'It is served for compatibility only and will be removed.',
    fix: 'Write the API version that the message names; nothing else changes.',
  },
  MSH0036: {
    name: 'OverlappingProxyConfigs',
    level: 'warning',
    template: 'several ProxyConfigs are for {scope}: {names}',
    why: 'One of them counts, and which one is not certain: settings of the others are not in force.',
    fix: 'Keep one for each namespace and workload.',
  },
  MSH0053: {
    name: 'PolicyTargetMissing',
    level: 'warning',
    template: 'the {target} that it is for does not exist',
    why: 'It is not in force anywhere.',
    fix: 'Correct the name, group or kind in targetRefs; a target is in the namespace of the policy.',
  },
});
