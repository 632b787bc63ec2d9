import { validationAnalyzer } from '#analysis';

/** Each ServiceEntry by itself. */
export const analyzer = validationAnalyzer('ServiceEntry', ['IST0106', 'IST0133']);
