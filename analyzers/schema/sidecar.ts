import { validationAnalyzer } from '#analysis';

/** Each Sidecar by itself. */
export const analyzer = validationAnalyzer('Sidecar', ['IST0106', 'IST0133']);
