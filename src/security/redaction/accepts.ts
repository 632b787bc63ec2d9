import { isManyKinds } from '../../util/secret-names.ts';

/** A word that nobody says: letters and digits, and not short. */
export function isRandom(text: string): boolean {
  return text.length >= 8 && /\d/.test(text) && /[A-Za-z]/.test(text);
}

/** As `isRandom`, and not what Kubernetes names things: `default-token-x7k2p`, `shop/cart-v1`, `v1.2.3-rc.1`. */
export function isRandomWord(text: string): boolean {
  if (!isRandom(text)) return false;
  return isManyKinds(text) || !/[-./:]/.test(text);
}

/** Whether base64 is that of a text that a pattern finds something in. */
export function decodes(base64: string, to: RegExp): boolean {
  return to.test(Buffer.from(base64, 'base64').toString('latin1'));
}
