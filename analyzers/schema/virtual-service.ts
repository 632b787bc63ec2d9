import { validationAnalyzer } from '#analysis';

/** Each VirtualService by itself. */
export const analyzer = validationAnalyzer('VirtualService', ['IST0106', 'IST0130', 'IST0131', 'IST0133']);
