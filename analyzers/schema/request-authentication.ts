import { validationAnalyzer } from '#analysis';

/** Each RequestAuthentication by itself. */
export const analyzer = validationAnalyzer('RequestAuthentication', ['IST0106', 'IST0133']);
