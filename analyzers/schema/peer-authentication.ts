import { validationAnalyzer } from '#analysis';

/** Each PeerAuthentication by itself. */
export const analyzer = validationAnalyzer('PeerAuthentication', ['IST0106', 'IST0133']);
