import { defineMessages } from '#analysis';

/** What analyzers of status conditions report. */
export const messages = defineMessages({
  IST0171: {
    name: 'NegativeConditionStatus',
    level: 'warning',
    template: 'its condition {type} says no: {reason}, {message}',
    why: 'The controller that carries it out could not do so in whole: part of what is written is not in force.',
    fix: 'Mend what the reason and the message of the condition name. The condition turns when the controller has tried again.',
  },
});
