import { defineMessages, FIELD_MESSAGES, SHARED_MESSAGES } from '#analysis';

const { IST0106, IST0130, IST0131, IST0133 } = SHARED_MESSAGES;

/** What the validation of single resources reports. */
export const messages = defineMessages({ IST0106, IST0130, IST0131, IST0133, ...FIELD_MESSAGES });
