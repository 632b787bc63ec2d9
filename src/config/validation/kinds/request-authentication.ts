import { asArray, asObjects, field } from '../../../util/json.ts';
import { checkDuration } from '../parts/fields.ts';
import { checkTargets } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'k'];

/** A RequestAuthentication (analyzers, section 4.9). */
export function checkRequestAuthentication(spec: Spot): void {
  checkTargets(spec);
  for (const rule of spec.items('jwtRules')) checkJwtRule(rule);
}

function checkJwtRule(rule: Spot): void {
  const audiences = rule.get('audiences');
  audiences.texts.forEach((audience, index) => {
    if (audience === '') audiences.error('the audience is empty', index);
  });
  const uri = rule.get(rule.has('jwks_uri') ? 'jwks_uri' : 'jwksUri');
  if (rule.get('issuer').text === '' && uri.text === '')
    rule.error('the rule names neither issuer nor jwksUri');
  if (uri.text !== '' && !/^https?:\/\/[^/\s]+/.test(uri.text))
    uri.error(`"${uri.text}" is no http or https address`);
  if (rule.get('jwks').text !== '') checkKeys(rule.get('jwks'));
  for (const header of rule.items('fromHeaders'))
    if (header.get('name').text === '') header.error('the header has no name');
  for (const name of ['fromParams', 'fromCookies']) {
    const list = rule.get(name);
    list.texts.forEach((text, index) => {
      if (text === '') list.error('the name is empty', index);
    });
  }
  for (const copy of rule.items('outputClaimToHeaders')) {
    const [header, claim] = [copy.get('header'), copy.get('claim')];
    if (header.text === '' || claim.text === '') copy.error('header and claim must both be given');
    else if (!/^[-\w]+$/.test(header.text))
      header.error(`"${header.text}" may have letters, digits, "-" and "_" only`);
  }
  checkDuration(rule.get('timeout'));
}

/** A JSON Web Key Set with public keys. */
function checkKeys(jwks: Spot): void {
  let set: unknown;
  try {
    set = JSON.parse(jwks.text);
  } catch {
    jwks.error('it is no JSON Web Key Set');
    return;
  }
  const keys = asArray(field(set, 'keys'));
  if (keys.length === 0 || asObjects(keys).some((key) => typeof key['kty'] !== 'string')) {
    jwks.error('it is no JSON Web Key Set');
    return;
  }
  if (asObjects(keys).some((key) => PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))))
    jwks.warn('it holds a private or symmetric key, which everybody who reads this resource then has');
}
