import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/envoy/entry.ts';
import { enforcedMtls } from '../../../src/security/enforced-mtls.ts';

const TLS = { transport_socket: { name: 'tls' } };

function listener(chains: readonly unknown[], state: Entry['state'] = 'active'): Entry {
  const message = { name: 'virtualInbound', filter_chains: chains };
  return {
    name: 'virtualInbound',
    state,
    message,
    version: '1',
    lastUpdated: undefined,
    rejection: undefined,
  };
}

function chain(port: number | undefined, transport: string, tls: boolean) {
  const match = { ...(port === undefined ? {} : { destination_port: port }), transport_protocol: transport };
  return { filter_chain_match: match, ...(tls ? TLS : {}) };
}

describe('what an inbound listener enforces', () => {
  it.each([
    ['STRICT', [chain(80, 'tls', true)]],
    ['PERMISSIVE', [chain(80, 'tls', true), chain(80, 'tls', false), chain(80, 'raw_buffer', false)]],
    ['DISABLE', [chain(80, 'raw_buffer', false)]],
  ])('is %s by the chains of the port', (mode, chains) => {
    expect(enforcedMtls([listener(chains)], 80)).toEqual({ mode, own: true });
  });

  it('is that of the chains for all other ports where the port has none', () => {
    const chains = [chain(80, 'raw_buffer', false), chain(undefined, 'tls', true)];
    expect(enforcedMtls([listener(chains)], 90)).toEqual({ mode: 'STRICT', own: false });
  });

  it('is not known without a working inbound listener', () => {
    expect(enforcedMtls([], 80)).toBeUndefined();
    expect(enforcedMtls([listener([chain(80, 'tls', true)], 'rejected')], 80)).toBeUndefined();
  });
});
