import { defineMessages } from '#analysis';

/** What analyzers of this family report. */
export const messages = defineMessages({
  MSH0000: {
    name: 'MessageName',
    level: 'warning',
    template: '{name} has no label app',
    why: 'TEMPLATE: what the operator will see because of it.',
    fix: 'TEMPLATE: what to change.',
  },
});
