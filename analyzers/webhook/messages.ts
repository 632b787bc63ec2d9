import { defineMessages } from '#analysis';

/** What analyzers of webhooks report. */
export const messages = defineMessages({
  IST0139: {
    name: 'InvalidWebhook',
    level: 'error',
    template: 'the webhook {webhook} {problem}',
    why: 'Two injectors for one pod give it two sidecars or refuse it; a webhook without its service refuses every pod, or injects none.',
    fix: 'Remove the webhook of the revision that is gone, or make the selectors of the two exclude each other.',
  },
});
