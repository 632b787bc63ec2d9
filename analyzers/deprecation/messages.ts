import { defineMessages, SHARED_MESSAGES } from '#analysis';

/** What analyzers of deprecated fields and kinds report. */
export const messages = defineMessages({ IST0002: SHARED_MESSAGES.IST0002 });
