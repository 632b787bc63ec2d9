import { defineMessages } from '#analysis';

/** What analyzers of visibility report. */
export const messages = defineMessages({
  MSH0005: {
    name: 'ExportToUnknownNamespace',
    level: 'warning',
    template: 'it is exported to the namespace {namespace}, which does not exist',
    why: 'The namespace that should see it does not: services there are unknown, and rules are not in force.',
    fix: 'Correct the name in exportTo.',
  },
});
