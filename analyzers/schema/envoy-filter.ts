import { validationAnalyzer } from '#analysis';

/** Each EnvoyFilter by itself. */
export const analyzer = validationAnalyzer('EnvoyFilter', ['IST0106', 'IST0133']);
