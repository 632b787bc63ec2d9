import { validationAnalyzer } from '#analysis';

/** Each Gateway by itself. */
export const analyzer = validationAnalyzer('Gateway', ['IST0106', 'IST0133']);
