import { validationAnalyzer } from '#analysis';

/** Each ProxyConfig by itself. */
export const analyzer = validationAnalyzer('ProxyConfig', ['IST0106', 'IST0133']);
