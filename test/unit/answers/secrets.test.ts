import { describe, expect, it } from 'vitest';
import { secretsAnswer } from '../../../src/answers/secrets.ts';
import { secretsOf } from '../../../src/envoy/secrets.ts';
import { makeCa, makeLeaf } from '../../helpers/certificates.ts';
import { fixtureDump } from '../../helpers/fixture.ts';
import { bundle, inline } from '../../helpers/secrets.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const root = makeCa();
const CART = 'spiffe://cluster.local/ns/shop/sa/cart';

function only(secret: object) {
  const [entry] = secretsAnswer(secretsOf({ dynamic_active_secrets: [{ name: 's', secret }] }), NOW).secrets;
  return entry;
}

const chain = (text: string) => only({ tls_certificate: { certificate_chain: inline(text) } });
const trusted = (text: string) => only({ validation_context: { trusted_ca: inline(text) } });

describe('secretsAnswer', () => {
  it('names a secret that was asked for and never sent', () => {
    const section = fixtureDump('envoy/secrets/edge-gateway.json').section('Secrets');
    const { secrets } = secretsAnswer(secretsOf(section), new Date('2026-11-23T02:11:39Z'));
    expect(
      secrets.map(({ name, role, problems }) => [name, role, problems.map(({ level }) => level)]),
    ).toEqual([
      ['kubernetes://admin-cert', 'empty', ['bad']],
      ['default', 'certificate', []],
      ['kubernetes://shop-cert', 'certificate', []],
      ['ROOTCA', 'roots', []],
    ]);
  });

  it('expires with the first certificate of the chain, not with its leaf', () => {
    const intermediate = makeCa({ name: 'istiod', issuer: root, to: '2026-06-02T00:00:00Z' });
    const entry = chain(bundle(makeLeaf(intermediate, CART), intermediate));
    expect(entry).toMatchObject({
      certificates: { length: 2 },
      expires: '2026-06-02T00:00:00Z',
      problems: [],
    });
  });

  it('finds an expired intermediate and a chain out of order', () => {
    const intermediate = makeCa({ name: 'istiod', issuer: root, to: '2026-05-01T00:00:00Z' });
    const leaf = makeLeaf(intermediate, CART);
    expect(chain(bundle(leaf, intermediate))?.problems).toEqual([
      { level: 'bad', text: 'certificate 2 of the chain (O=istiod) expired 2026-05-01T00:00:00Z' },
    ]);
    expect(chain(bundle(leaf, root))?.problems).toEqual([
      { level: 'warn', text: 'the certificate is not signed by the one that follows it (O=cluster.local)' },
    ]);
  });

  it('is content with one valid root, and not with none', () => {
    const old = makeCa({ to: '2026-05-01T00:00:00Z' });
    expect(trusted(bundle(old, root))).toMatchObject({
      expires: '2027-01-01T00:00:00Z',
      problems: [{ level: 'warn', text: '1 of its 2 roots are not valid now' }],
    });
    expect(trusted(old.pem)?.problems).toEqual([{ level: 'bad', text: 'no root in it is valid now' }]);
  });

  it('does not judge what is not in the dump', () => {
    expect(
      only({ tls_certificate: { certificate_chain: { filename: '/etc/certs/tls.crt' } } })?.problems,
    ).toEqual([{ level: 'warn', text: 'not in the dump: file /etc/certs/tls.crt on the pod' }]);
  });
});
