import { validationAnalyzer } from '#analysis';

/** Each Telemetry by itself. */
export const analyzer = validationAnalyzer('Telemetry', ['IST0106', 'IST0133']);
