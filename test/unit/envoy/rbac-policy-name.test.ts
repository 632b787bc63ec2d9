import { expect, it } from 'vitest';
import { parseRbacPolicyName } from '../../../src/envoy/rbac-policy-name.ts';

it.each([
  [
    'ns[shop]-policy[cart]-rule[2]',
    { namespace: 'shop', policy: 'cart', rule: '2', isCustom: false, isBadCustom: false },
  ],
  ['istio-ext-authz-ns[shop]-policy[cart]-rule[0]', { isCustom: true, provider: undefined }],
  [
    'istio-ext-authz-my-opa-ns[shop]-policy[cart]-rule[0]',
    { isCustom: true, provider: 'my-opa', policy: 'cart' },
  ],
  [
    'ns[shop]-policy[cart]-rule[0]-deny-due-to-bad-CUSTOM-action',
    { isCustom: true, isBadCustom: true, rule: '0' },
  ],
])('reads %s', (name, expected) => {
  expect(parseRbacPolicyName(name)).toMatchObject(expected);
});

it.each(['', 'lua-guard', 'ns[shop]-policy[cart]', 'my-ns[shop]-policy[cart]-rule[0]'])(
  'is undefined for %j, which istiod did not write',
  (name) => {
    expect(parseRbacPolicyName(name)).toBeUndefined();
  },
);
