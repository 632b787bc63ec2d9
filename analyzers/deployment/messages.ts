import { defineMessages } from '#analysis';

/** What analyzers of workloads and their pods report. */
export const messages = defineMessages({
  IST0144: {
    name: 'InvalidApplicationUID',
    level: 'warning',
    template: '{what} runs as user 1337, which is the user of the sidecar proxy',
    why: 'What user 1337 sends is never redirected to the sidecar: the requests of this application leave without mTLS, policy and telemetry, and servers that require mTLS refuse them.',
    fix: 'Run the application as another user: change or remove runAsUser 1337 in the securityContext, and rebuild the image if it sets that user.',
  },
});
