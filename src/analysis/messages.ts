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
