import { validationAnalyzer } from '#analysis';

/** Each WorkloadEntry by itself. */
export const analyzer = validationAnalyzer('WorkloadEntry', ['IST0106', 'IST0133']);
