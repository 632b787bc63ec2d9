import { describe, expect, it } from 'vitest';
import { inboundMode, wantedMode } from '../../../../src/answers/distribution/mtls-effect.ts';
import type { Candidate } from '../../../../src/answers/distribution/selects.ts';
import { openConfigDump } from '../../../../src/envoy/dump.ts';

const TLS = { transport_socket: { name: 'tls' } };

function dumpOf(chains: readonly object[]) {
  const listener = { name: 'virtualInbound', filter_chains: chains };
  const section = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    dynamic_listeners: [{ name: 'virtualInbound', active_state: { listener } }],
  };
  return openConfigDump({ configs: [section] }, 'a');
}

it.each([
  ['STRICT', [{ name: 'virtualInbound-blackhole' }, { name: 'virtualInbound', ...TLS }]],
  ['PERMISSIVE', [{ name: 'virtualInbound', ...TLS }, { name: 'virtualInbound' }]],
  ['DISABLE', [{ name: 'virtualInbound' }]],
  [undefined, [{ name: '0.0.0.0_9080', ...TLS }]],
])('an inbound listener is %s by its chains', async (mode, chains) => {
  expect(inboundMode(await dumpOf(chains))).toBe(mode);
});

describe('the mode that a PeerAuthentication asks of a sidecar', () => {
  const peer = (namespace: string, spec: object) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace },
    spec,
  });
  const mesh = peer('istio-system', { mtls: { mode: 'STRICT' } });
  const shop = peer('shop', { mtls: { mode: 'PERMISSIVE' } });
  const proxy: Candidate = { namespace: 'shop', labels: {}, type: 'sidecar' };

  it('is its own where it decides, else the one that does is named', () => {
    expect(wantedMode(shop, [mesh, shop], proxy, 'istio-system')).toEqual({ mode: 'PERMISSIVE' });
    expect(wantedMode(mesh, [mesh, shop], proxy, 'istio-system')).toEqual({ by: 'shop/default' });
    expect(wantedMode(mesh, [mesh], proxy, 'istio-system')).toEqual({ mode: 'STRICT' });
  });

  it('is not told where ports have rules of their own, or labels are not known', () => {
    const ports = peer('shop', { mtls: { mode: 'STRICT' }, portLevelMtls: { 80: { mode: 'DISABLE' } } });
    expect(wantedMode(ports, [ports], proxy, 'istio-system')).toBeUndefined();
    expect(wantedMode(shop, [shop], { ...proxy, labels: undefined }, 'istio-system')).toBeUndefined();
  });
});
