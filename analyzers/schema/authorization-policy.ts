import { validationAnalyzer } from '#analysis';

/** Each AuthorizationPolicy by itself. */
export const analyzer = validationAnalyzer('AuthorizationPolicy', ['IST0106', 'IST0133']);
