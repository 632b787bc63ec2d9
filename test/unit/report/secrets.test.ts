import { expect, it } from 'vitest';
import { secretsAnswer } from '../../../src/answers/secrets.ts';
import { secretsOf } from '../../../src/envoy/secrets.ts';
import { secretsText } from '../../../src/report/secrets.ts';
import { fixtureDump } from '../../helpers/fixture.ts';

const NOW = new Date('2026-11-23T02:11:39Z');

it('shows each secret with what it is for, and what is wrong below the table', () => {
  const answer = secretsAnswer(
    secretsOf(fixtureDump('envoy/secrets/edge-gateway.json').section('Secrets')),
    NOW,
  );
  const text = secretsText(answer, { color: false, width: Infinity, now: NOW });
  expect(text.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    '  SECRET  STATE  HOLDS  FOR  EXPIRES  SERIAL',
    '✖  kubernetes://admin-cert  warming  nothing',
    '✔  default  active  chain of 2  spiffe://cluster.local/ns/edge/sa/edge-gateway  2026-11-24T02:02:55Z (in 23h)  b3fc1e215ff8fd279d473a1c9ac52f4a',
    '✔  kubernetes://shop-cert  active  certificate  CN=shop.example.com, O=Example Shop  2026-12-13T02:01:50Z (in 19d)  70195b9b0e2a8d2d0853865f9623dd528ab90685',
    '✔  ROOTCA  active  1 root  O=cluster.local  2036-11-20T02:01:09Z (in 9y)  375b886c7136cd3e3927c18ba585a75d',
    '✖ kubernetes://admin-cert: asked for, but nothing was sent: listeners and clusters that need it refuse TLS',
    '',
  ]);
});

it('says that there are none', () => {
  expect(secretsText(secretsAnswer([], NOW), { color: false, width: 80, now: NOW })).toBe(
    'The proxy holds no secrets.\n',
  );
});

it('calls a generic secret and ticket keys by their names, without a warning', () => {
  const section = {
    dynamic_active_secrets: [
      { name: 'oauth-hmac', secret: { generic_secret: { secret: { inline_bytes: 'W3JlZGFjdGVkXQ==' } } } },
      { name: 'tickets', secret: { session_ticket_keys: { keys: [{ inline_bytes: 'W3JlZGFjdGVkXQ==' }] } } },
    ],
  };
  const text = secretsText(secretsAnswer(secretsOf(section), NOW), {
    color: false,
    width: Infinity,
    now: NOW,
  });
  expect(text).toMatch(/^✔ +oauth-hmac +active +generic secret$/m);
  expect(text).toMatch(/^✔ +tickets +active +ticket keys$/m);
  expect(text).not.toContain('!');
});
