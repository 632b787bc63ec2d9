import { validationAnalyzer } from '#analysis';

/** Each TrafficExtension by itself. */
export const analyzer = validationAnalyzer('TrafficExtension', ['IST0106', 'IST0133']);
