import { defineMessages, SHARED_MESSAGES } from '#analysis';

/** What analyzers of Telemetry resources report. */
export const messages = defineMessages({
  IST0002: SHARED_MESSAGES.IST0002,
  IST0101: SHARED_MESSAGES.IST0101,
  IST0157: {
    name: 'InvalidTelemetryProvider',
    level: 'warning',
    template: 'it turns access logging on and names no provider, and the mesh config has no default one',
    why: 'Nothing is logged: there is nowhere to log to.',
    fix: 'Name a provider in spec.accessLogging, such as envoy, or set defaultProviders.accessLogging in the mesh config.',
  },
  IST0159: {
    name: 'ConflictingTelemetryWorkloadSelectors',
    level: 'error',
    template: 'the pod {pod} is selected by several Telemetries: {telemetries}',
    why: 'A workload takes one Telemetry with a selector, the oldest: the others are not in force.',
    fix: 'Merge them into one, or make their selectors exclude each other.',
  },
  IST0160: {
    name: 'MultipleTelemetriesWithoutWorkloadSelectors',
    level: 'error',
    template: 'the namespace has several Telemetries for all of its workloads: {telemetries}',
    why: 'A namespace takes one Telemetry without a selector, the oldest: the others are not in force.',
    fix: 'Merge them into one.',
  },
});
