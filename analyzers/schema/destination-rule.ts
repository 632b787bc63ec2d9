import { validationAnalyzer } from '#analysis';

/** Each DestinationRule by itself. */
export const analyzer = validationAnalyzer('DestinationRule', ['IST0106', 'IST0133']);
