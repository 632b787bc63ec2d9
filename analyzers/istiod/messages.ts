import { defineMessages } from '#analysis';

/** What analyzers of the control plane's settings report. */
export const messages = defineMessages({
  MSH0026: {
    name: 'RemovedIstiodSetting',
    level: 'warning',
    template: 'the environment variable {name} of istiod {problem}',
    why: 'What it was set for is not so, and nothing says it.',
    fix: 'Remove it; where the message names another setting, use that.',
  },
});
