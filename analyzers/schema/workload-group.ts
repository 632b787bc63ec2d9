import { validationAnalyzer } from '#analysis';

/** Each WorkloadGroup by itself. */
export const analyzer = validationAnalyzer('WorkloadGroup', ['IST0106']);
