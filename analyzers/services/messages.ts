import { defineMessages } from '#analysis';

/** What analyzers of services in several clusters report. */
export const messages = defineMessages({
  IST0170: {
    name: 'MultiClusterInconsistentService',
    level: 'warning',
    template: 'the service is not the same in the clusters {clusters}: {reasons}',
    why: 'The clusters of a mesh share a service by its name: traffic that goes by one definition fails where another one holds.',
    fix: 'Give the service the same type, ports and port names in all clusters.',
  },
});
