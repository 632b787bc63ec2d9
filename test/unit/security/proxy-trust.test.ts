import { describe, expect, it } from 'vitest';
import { secretsOf } from '../../../src/envoy/secrets.ts';
import { trustOfEnvoy, trustOfZtunnel } from '../../../src/security/proxy-trust.ts';
import { makeCa, makeLeaf } from '../../helpers/certificates.ts';
import { fixtureDump } from '../../helpers/fixture.ts';
import { bundle, envoyTrust, inline, secretsSection } from '../../helpers/secrets.ts';

const root = makeCa();
const cart = makeLeaf(root, 'spiffe://cluster.local/ns/shop/sa/cart');

describe('trustOfEnvoy', () => {
  it('reads identity and roots of a real sidecar', () => {
    const result = trustOfEnvoy(secretsOf(fixtureDump('envoy/secrets/cart-v1.json').section('Secrets')));
    expect(result).toMatchObject({
      ok: true,
      value: {
        identities: [{ name: 'spiffe://cluster.local/ns/shop/sa/cart', chain: { length: 2 } }],
        trust: { roots: [{ subject: 'O=cluster.local', serial: '375b886c7136cd3e3927c18ba585a75d' }] },
        problems: [],
      },
    });
  });

  it('reads roots that were encoded once more', () => {
    const twice = Buffer.from(root.pem).toString('base64');
    expect(envoyTrust(cart.pem, twice)).toMatchObject({
      ok: true,
      value: { trust: { roots: { length: 1 } } },
    });
  });

  it('keeps what is readable of a bundle and names the rest', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const result = envoyTrust(cart.pem, bundle(root) + broken);
    expect(result.ok && result.value.problems).toMatchObject([
      expect.stringContaining('secret ROOTCA: a PEM block'),
    ]);
  });

  it('reads the bundles of a SPIFFE validator by trust domain', () => {
    const section = secretsSection(cart.pem, '') as { dynamic_active_secrets: unknown[] };
    section.dynamic_active_secrets[1] = {
      name: 'ROOTCA',
      secret: {
        validation_context: {
          custom_validator_config: {
            typed_config: {
              '@type':
                'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig',
              trust_domains: [{ name: 'cluster.local', trust_bundle: inline(root.pem) }],
            },
          },
        },
      },
    };
    const result = trustOfEnvoy(secretsOf(section));
    expect(result.ok && [...result.value.trust.byTrustDomain.keys()]).toEqual(['cluster.local']);
  });

  it.each([
    [{}, 'its config_dump holds no secrets'],
    [{ dynamic_active_secrets: [{ name: 'other' }] }, 'it has no secret default'],
    [{ dynamic_warming_secrets: [{ name: 'default' }] }, 'its secret default is still warming'],
    [secretsSection('', root.pem), 'secret default is empty'],
    [secretsSection('garbage', root.pem), 'secret default: it holds no PEM block (7 characters)'],
    [secretsSection(cart.pem, ''), 'secret ROOTCA is empty'],
  ])('says why nothing can be told', (section, reason) => {
    expect(trustOfEnvoy(secretsOf(section))).toEqual({ ok: false, reason });
  });

  it.each([
    null,
    7,
    'x',
    [],
    { dynamic_active_secrets: 'x' },
    { dynamic_active_secrets: [null, 3, { secret: [] }] },
  ])('does not break on a section that is %j', (section) => {
    expect(trustOfEnvoy(secretsOf(section)).ok).toBe(false);
  });
});

describe('trustOfZtunnel', () => {
  const pem = (text: string) => [{ pem: Buffer.from(text).toString('base64') }];

  it('reads an identity for each workload and names those without a certificate', () => {
    const result = trustOfZtunnel({
      certificates: [
        {
          identity: 'spiffe://cluster.local/ns/shop/sa/cart',
          certChain: pem(cart.pem),
          rootCerts: pem(root.pem),
        },
        {
          identity: 'spiffe://cluster.local/ns/shop/sa/new',
          state: 'Initializing',
          certChain: [],
          rootCerts: [],
        },
      ],
    });
    expect(result).toMatchObject({
      ok: true,
      value: {
        identities: [{ name: 'spiffe://cluster.local/ns/shop/sa/cart' }],
        trust: { roots: { length: 1 } },
        problems: ['spiffe://cluster.local/ns/shop/sa/new has no certificate (Initializing)'],
      },
    });
  });

  it('can tell nothing from a dump without certificates', () => {
    expect(trustOfZtunnel({ certificates: 'none' })).toEqual({
      ok: false,
      reason: 'its config_dump holds no root certificate',
    });
  });
});
