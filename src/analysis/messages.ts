import { defineMessages } from './message.ts';

/** What a run says about itself. */
export const RUN_MESSAGES = defineMessages({
  IST0001: {
    name: 'InternalError',
    level: 'error',
    template: 'the analyzer {analyzer} failed: {problem}',
    why: 'What this analyzer checks was not checked. All other analyzers ran to their end.',
    fix: 'Report it with the resources that were read. For an analyzer of a plugin, tell its authors.',
  },
});

/** Messages that analyzers of several families report. */
export const SHARED_MESSAGES = defineMessages({
  IST0002: {
    name: 'Deprecated',
    level: 'warning',
    template: '{what} is deprecated: {instead}',
    why: 'It still works in this version and may be gone in a later one; the upgrade then changes or breaks what it did.',
    fix: 'Write what the message names in its place, and remove the deprecated field.',
  },
  IST0101: {
    name: 'ReferencedResourceNotFound',
    level: 'error',
    template: 'the {what} "{name}" that it refers to does not exist',
    why: 'The part of the configuration that needs it does nothing: requests that reach it fail, or the rule never applies.',
    fix: 'Correct the name, or create what is missing. A name without a dot is looked for in the namespace of the resource itself.',
  },
});
