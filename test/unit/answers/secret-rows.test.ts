import { describe, expect, it } from 'vitest';
import { hasTrustDomainColumn, secretRows } from '../../../src/answers/secret-rows.ts';
import { secretsOf } from '../../../src/envoy/secrets.ts';
import { secretTable } from '../../../src/report/secret-table-compat.ts';
import { makeCa, makeLeaf } from '../../helpers/certificates.ts';
import { fixtureDump } from '../../helpers/fixture.ts';
import { inline } from '../../helpers/secrets.ts';

const NOW = new Date('2026-11-23T02:11:39Z');
const root = makeCa();
const leaf = makeLeaf(root, 'spiffe://cluster.local/ns/shop/sa/cart', { serial: '7f' });

function rows(secrets: object[]) {
  return secretRows(secretsOf({ dynamic_active_secrets: secrets }), NOW);
}

describe('secretRows', () => {
  it("prints a real gateway's secrets as the reference does", () => {
    const section = fixtureDump('envoy/secrets/edge-gateway.json').section('Secrets');
    expect(secretTable(secretRows(secretsOf(section), NOW))).toBe(
      [
        'RESOURCE NAME               TYPE           STATUS      VALID CERT     SERIAL NUMBER                                NOT AFTER                NOT BEFORE',
        'kubernetes://admin-cert                    WARMING     false                                                                                ',
        'default                     Cert Chain     ACTIVE      true           b3fc1e215ff8fd279d473a1c9ac52f4a             2026-11-24T02:02:55Z     2026-11-23T02:00:55Z',
        'kubernetes://shop-cert      CA             ACTIVE      true           70195b9b0e2a8d2d0853865f9623dd528ab90685     2026-12-13T02:01:50Z     2026-11-23T02:01:50Z',
        'ROOTCA                      CA             ACTIVE      true           375b886c7136cd3e3927c18ba585a75d             2036-11-20T02:01:09Z     2026-11-23T02:01:09Z',
        '',
      ].join('\n'),
    );
  });

  it('looks at the first PEM block only, and prefers the chain to the trusted CA', () => {
    const secret = {
      tls_certificate: { certificate_chain: inline(`text\n${leaf.pem}${root.pem}`) },
      validation_context: { trusted_ca: inline(root.pem) },
    };
    expect(rows([{ name: 'default', secret }])).toEqual([
      {
        name: 'default',
        type: 'Cert Chain',
        status: 'ACTIVE',
        valid: true,
        serial: '0000000000000000000000000000007f',
        notAfter: '2027-01-01T00:00:00Z',
        notBefore: '2026-01-01T00:00:00Z',
        trustDomain: 'cluster.local',
      },
    ]);
  });

  it('leaves cells blank where the reference reads nothing: text, files, double base64, garbage', () => {
    const chain = (source: object) => ({
      name: 'x',
      secret: { tls_certificate: { certificate_chain: source } },
    });
    const twice = inline(Buffer.from(leaf.pem).toString('base64'));
    const blank = rows([
      chain({ inline_string: leaf.pem }),
      chain({ filename: '/a' }),
      chain(twice),
      chain(inline('x')),
    ]);
    expect(blank.map(({ type, valid, serial }) => [type, valid, serial])).toEqual(
      Array(4).fill(['', false, '']),
    );
  });

  it('gives one row a trust domain of a SPIFFE validator, and then the further column', () => {
    const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig';
    const trust_domains = ['a.example', 'b.example'].map((name) => ({
      name,
      trust_bundle: inline(root.pem),
    }));
    const typed_config = { '@type': type, trust_domains };
    const secret = { validation_context: { custom_validator_config: { typed_config } } };
    const result = rows([{ name: 'ROOTCA', secret }]);
    expect(result.map(({ name, trustDomain, type }) => [name, trustDomain, type])).toEqual([
      ['ROOTCA', 'a.example', 'CA'],
      ['ROOTCA', 'b.example', 'CA'],
    ]);
    expect(hasTrustDomainColumn(result)).toBe(true);
    expect(secretTable(result).split('\n')[0]).toMatch(/NOT BEFORE {15}TRUST DOMAIN$/);
  });

  it('shows no static secrets, and says so when there is nothing else', () => {
    expect(secretTable(secretRows(secretsOf({ static_secrets: [{ name: 'a' }] }), NOW))).toBe(
      'No active or warming secrets found.\n',
    );
  });
});
